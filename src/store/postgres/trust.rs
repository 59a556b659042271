//! Whom a ledger trusts: who can put a function or an operator into its schema, or owns the schema,
//! can have it run as everybody who uses the ledger, and can drop the tables.
//!
//! Trusted are superusers, the owner of the database, the owner of the tables, and the role itself
//! with those that it is a member of (but for a superuser, who is one of all).

use super::failure::{Fault, failure};
use super::link::Link;
use crate::store::{Error, Result};

/// SQL for one column: whether the schema may be another's than the owner of the tables, or
/// somebody else than its owner may put something into it or owns anything at all in the database.
///
/// It is asked with each connection, where planning the whole question of [`stranger`] would cost
/// the server more than issuing a code. Where it says no there is no stranger; where it says yes,
/// [`look_closer`] says whether that matters.
macro_rules! possible {
    () => {
        "EXISTS (SELECT FROM pg_catalog.pg_namespace AS space WHERE space.nspname = 'custcode' AND (\
         space.nspowner IS DISTINCT FROM (SELECT relowner FROM pg_catalog.pg_class \
         WHERE relname = 'meta' AND relnamespace = space.oid) \
         OR EXISTS (SELECT FROM pg_catalog.aclexplode(space.nspacl) AS given \
         WHERE given.privilege_type = 'CREATE' AND given.grantee <> space.nspowner) \
         OR EXISTS (SELECT FROM pg_catalog.pg_shdepend AS owned WHERE owned.deptype = 'o' \
         AND owned.refobjid <> space.nspowner AND owned.dbid = (SELECT oid FROM pg_catalog.pg_database \
         WHERE datname = pg_catalog.current_database()))))"
    };
}

/// Whether the schema, the right to put something into it, or anything in it is another's than the
/// owner's. Its join costs more to plan than [`possible`], and less than [`stranger`].
const OF_SEVERAL: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace AS space \
     WHERE space.nspname = 'custcode' AND (\
     space.nspowner IS DISTINCT FROM (SELECT relowner FROM pg_catalog.pg_class \
     WHERE relname = 'meta' AND relnamespace = space.oid) \
     OR EXISTS (SELECT FROM pg_catalog.aclexplode(space.nspacl) AS given \
     WHERE given.privilege_type = 'CREATE' AND given.grantee <> space.nspowner) \
     OR EXISTS (SELECT FROM pg_catalog.pg_depend AS made JOIN pg_catalog.pg_shdepend AS owned \
     ON owned.classid = made.classid AND owned.objid = made.objid \
     WHERE made.refclassid = CAST('pg_catalog.pg_namespace' AS pg_catalog.regclass) \
     AND made.refobjid = space.oid AND owned.objsubid = 0 AND owned.deptype = 'o' \
     AND owned.refobjid <> space.nspowner AND owned.dbid = (SELECT oid FROM pg_catalog.pg_database \
     WHERE datname = pg_catalog.current_database()))))";

/// SQL for one column: what the first stranger has to do with the schema, and after a line break
/// the stranger's name; nothing where there is none. Only what an index finds is looked at.
macro_rules! stranger {
    () => {
        "(WITH space AS (SELECT oid, nspowner, nspacl FROM pg_catalog.pg_namespace WHERE nspname = 'custcode'), \
         here AS (SELECT oid, datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), \
         concerned (place, class, object, role) AS (\
         SELECT 0, CAST(0 AS oid), CAST(0 AS oid), nspowner FROM space \
         UNION ALL SELECT 1, 0, 0, given.grantee FROM space, LATERAL pg_catalog.aclexplode(space.nspacl) AS given \
         WHERE given.privilege_type = 'CREATE' \
         UNION ALL SELECT 2, made.classid, made.objid, owned.refobjid FROM space \
         JOIN pg_catalog.pg_depend AS made ON made.refclassid = CAST('pg_catalog.pg_namespace' AS pg_catalog.regclass) \
         AND made.refobjid = space.oid \
         JOIN pg_catalog.pg_shdepend AS owned ON owned.dbid = (SELECT oid FROM here) AND owned.classid = made.classid \
         AND owned.objid = made.objid AND owned.objsubid = 0 AND owned.deptype = 'o') \
         SELECT CASE place WHEN 0 THEN 'owner' WHEN 1 THEN 'create' \
         ELSE pg_catalog.pg_describe_object(class, object, 0) END || pg_catalog.chr(10) \
         || CASE role WHEN 0 THEN 'PUBLIC' ELSE CAST(pg_catalog.pg_get_userbyid(role) AS text) END \
         FROM concerned WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS it WHERE it.oid = role \
         AND (it.rolsuper OR it.rolname = current_user OR it.oid = (SELECT datdba FROM here) \
         OR it.oid = (SELECT relowner FROM pg_catalog.pg_class WHERE relname = 'meta' \
         AND relnamespace = (SELECT oid FROM space)) \
         OR NOT (SELECT mine.rolsuper FROM pg_catalog.pg_roles AS mine WHERE mine.rolname = current_user) \
         AND pg_catalog.pg_has_role(it.oid, 'MEMBER'))) ORDER BY place LIMIT 1)"
    };
}

pub(super) use possible;

/// Refuses a schema that a stranger has to do with, where [`possible`] said that there may be one:
/// a database with others' tables has such owners, too.
pub(super) fn look_closer(link: &mut Link, location: &str) -> Result<()> {
    let failed = |error: tokio_postgres::Error| {
        failure(location, "could not look at the schema", Fault::Engine(error))
    };
    let rows = link.query(OF_SEVERAL, &[]).map_err(failed)?;
    let of_several = rows.first().map(|row| row.try_get::<_, bool>(0)).transpose().map_err(failed)?;
    if of_several == Some(false) { Ok(()) } else { look(link, location) }
}

/// Refuses a schema that a stranger has to do with; there may be none yet.
pub(super) fn look(link: &mut Link, location: &str) -> Result<()> {
    let failed = |error: tokio_postgres::Error| {
        failure(location, "could not look at the schema", Fault::Engine(error))
    };
    let rows = link.query(concat!("SELECT ", stranger!()), &[]).map_err(failed)?;
    let Some(row) = rows.first() else { return Ok(()) };
    let stranger: Option<String> = row.try_get(0).map_err(failed)?;
    let Some(stranger) = stranger else { return Ok(()) };
    let (what, role) = stranger.split_once('\n').unwrap_or(("owner", &stranger));
    let (reason, hint) = match what {
        "owner" => (
            format!("the schema custcode belongs to {role}, who could have anything run as you"),
            format!(
                "look at what is in it, then as a superuser: ALTER SCHEMA custcode OWNER TO …, the role that owns the \
                 tables; or use another database; or, to trust {role}: GRANT {role} TO …"
            ),
        ),
        "create" => (
            format!("{role} may make objects in the schema custcode, and could have anything run as you"),
            format!("REVOKE CREATE ON SCHEMA custcode FROM {role}"),
        ),
        object => (
            format!("the schema custcode holds an object of {role}, who could have it run as you: {object}"),
            format!(
                "look at it, then drop it or, as a superuser, give it to the owner of the tables: ALTER {object} OWNER TO …"
            ),
        ),
    };
    Err(Error::Refused { location: location.to_owned(), reason, hint })
}
