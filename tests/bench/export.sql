SELECT coalesce(k.written, k.canonical) AS code, c.reference, c.name, c.date, c.state, c.fields, c.attributes
FROM customers AS c
JOIN codes AS k ON k.id = c.code
ORDER BY c.id;
