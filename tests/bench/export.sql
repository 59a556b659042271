SELECT coalesce(k.written, k.canonical) AS code,
    (SELECT group_concat(reference, char(10)) FROM refs WHERE refs.customer = c.id AND dropped IS NULL AND commitment IS NULL) AS reference, c.name, c.date, c.state, c.fields, c.attributes
FROM customers AS c
JOIN codes AS k ON k.id = c.code
ORDER BY c.id;
