//! Makes connections: where to, as whom, how secured, how long to try; and says what is wrong when none comes about.

use std::path::Path;
use std::thread;
use std::time::Duration;

use postgres::config::{ChannelBinding, SslMode, SslNegotiation, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};

use super::address::{Address, quoted, wrong};
use super::failure::{engine, is_state, words};
use super::guard::Withheld;
use super::link::Link;
use super::password::{self, Login, variable};
use super::tls::Security;
use crate::store::{Access, Error, Result};

/// What the server is told of every session. A statement that finds the ledger held gives up after a second, unless it says otherwise. Plans
/// do not depend on values here: making one for each code would cost more than the code.
const OPTIONS: &str = "-c search_path=custcode -c bytea_output=hex -c client_min_messages=warning \
     -c default_transaction_isolation=read\\ committed -c lock_timeout=1s \
     -c plan_cache_mode=force_generic_plan -c jit=off";

/// How long a host may take to answer, where the URL says nothing.
const CONNECT: Duration = Duration::from_secs(10);

/// How long what was sent may stay without an answer of the network before the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(30);

/// How often a server that is starting or full is tried, with growing pauses: three seconds in all.
const TRIES: u32 = 6;

/// The first pause.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the local server's socket lies, where nobody names a host.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One host to try.
struct Host {
    name: String,
    port: u16,
}

/// A connection, or why there is none. Tries the hosts in order.
pub(super) fn connect(address: &Address, access: Access) -> Result<Link> {
    let hosts = hosts(address)?;
    let mut last = None;
    for host in &hosts {
        match connect_host(address, host, hosts.len(), access) {
            Ok(link) => return Ok(link),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| engine("could not connect", "there is no host")))
}

fn hosts(address: &Address) -> Result<Vec<Host>> {
    let usual_port = match variable("PGPORT") {
        Some(text) => {
            text.parse().map_err(|_| wrong(&format!("PGPORT is {text:?}"), "a number up to 65535"))?
        }
        None => 5432,
    };
    let local = || {
        let socket = |folder: &&str| {
            Path::new(folder).join(format!(".s.PGSQL.{usual_port}")).try_exists().unwrap_or(true)
        };
        SOCKETS.into_iter().find(socket).unwrap_or("localhost").to_owned()
    };
    let named = if address.hosts.is_empty() { vec![(String::new(), None)] } else { address.hosts.clone() };
    let resolve = |(name, port): (String, Option<u16>)| {
        let name = if name.is_empty() { variable("PGHOST").unwrap_or_else(local) } else { name };
        Host { name, port: port.unwrap_or(usual_port) }
    };
    Ok(named.into_iter().map(resolve).collect())
}

fn connect_host(address: &Address, host: &Host, of: usize, access: Access) -> Result<Link> {
    let socket = host.name.starts_with('/');
    let security = Security::of(address, (!socket).then_some(host.name.as_str()))?;
    let mut config = configuration(address, host, of, access)?;
    if socket {
        config.ssl_mode(SslMode::Disable);
    } else {
        // The connector asks for encryption itself, and watches what is said without it.
        config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    }
    let mut pause = PAUSE;
    for tried in 1.. {
        let made = attempt(&mut config, &security);
        match made {
            Ok(client) => return Ok(Link::new(client, security)),
            Err(error) => {
                let wait = is_state(&error, &SqlState::CANNOT_CONNECT_NOW)
                    || is_state(&error, &SqlState::TOO_MANY_CONNECTIONS);
                if !wait || tried == TRIES {
                    return Err(explained(address, host, &config, &error));
                }
                thread::sleep(pause);
                pause *= 2;
            }
        }
    }
    Err(engine("could not connect", "no attempt was made"))
}

/// One attempt; `prefer` means two, when the server has no use for the encrypted one.
fn attempt(config: &mut Config, security: &Security) -> std::result::Result<Client, postgres::Error> {
    let Some(connector) = &security.connector else { return config.connect(NoTls) };
    match config.connect(connector.clone()) {
        Err(error)
            if connector.prefers()
                && (is_tls(&error) || is_state(&error, &SqlState::INVALID_AUTHORIZATION_SPECIFICATION)) =>
        {
            config.connect(connector.in_the_open())
        }
        other => other,
    }
}

fn configuration(address: &Address, host: &Host, of: usize, access: Access) -> Result<Config> {
    let user = address.user.clone().or_else(|| ["PGUSER", "USER", "LOGNAME"].into_iter().find_map(variable));
    let user = user.ok_or_else(|| wrong("the URL names no user", "postgres://USER@HOST/DATABASE"))?;
    let database =
        address.database.clone().or_else(|| variable("PGDATABASE")).unwrap_or_else(|| user.clone());
    let socket = host.name.starts_with('/');
    let login = Login {
        host: if socket { "localhost" } else { &host.name },
        port: host.port,
        database: &database,
        user: &user,
    };
    let mut config = Config::new();
    // Who listens at a socket that a file of somebody else names is not known, and a socket is not watched.
    if !(socket && address.is_foreign())
        && let Some(password) = password::find(address, login)?
    {
        config.password(password);
    }
    if socket {
        config.host_path(&host.name);
    } else {
        config.host(&host.name);
    }
    config.port(host.port).user(&user).dbname(&database).options(OPTIONS);
    config.application_name(address.parameter("application_name").unwrap_or("custcode"));
    let seconds =
        address.parameter("connect_timeout").map(str::to_owned).or_else(|| variable("PGCONNECT_TIMEOUT"));
    let timeout = match seconds {
        Some(text) => text
            .parse()
            .map(Duration::from_secs)
            .map_err(|_| wrong(&format!("connect_timeout is {}", quoted(&text)), "a number of seconds"))?,
        None => CONNECT,
    };
    if !timeout.is_zero() {
        config.connect_timeout(timeout);
    }
    config.tcp_user_timeout(SILENCE);
    config.keepalives_idle(SILENCE / 3).keepalives_interval(SILENCE / 6).keepalives_retries(4);
    config.target_session_attrs(match address.parameter("target_session_attrs") {
        // Of several hosts the one that takes writes is looked for: the others are its standbys.
        None if of > 1 && access == Access::Write => TargetSessionAttrs::ReadWrite,
        None | Some("any") => TargetSessionAttrs::Any,
        Some("read-write" | "primary") => TargetSessionAttrs::ReadWrite,
        Some("read-only" | "standby") => TargetSessionAttrs::ReadOnly,
        Some(other) => {
            return Err(wrong(
                &format!("target_session_attrs {} is unknown", quoted(other)),
                "any, read-write or read-only",
            ));
        }
    });
    config.channel_binding(match address.parameter("channel_binding") {
        None | Some("prefer") => ChannelBinding::Prefer,
        Some("disable") => ChannelBinding::Disable,
        Some("require") => ChannelBinding::Require,
        Some(other) => {
            return Err(wrong(
                &format!("channel_binding {} is unknown", quoted(other)),
                "disable, prefer or require",
            ));
        }
    });
    Ok(config)
}

/// What to do about a password that was not given in the open.
fn in_the_open(address: &Address) -> String {
    let encrypt = "add ?sslmode=verify-full to the URL, or let pg_hba.conf ask for scram-sha-256";
    if address.is_foreign() {
        format!(
            "a rule file of another user names this server: {encrypt}, or name the server yourself: --store URL"
        )
    } else {
        encrypt.to_owned()
    }
}

/// The crate tells a failed handshake only by its words.
fn is_tls(error: &postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

/// Tells apart what can be wrong, each with what to do.
fn explained(address: &Address, host: &Host, config: &Config, error: &postgres::Error) -> Error {
    let location = address.to_string();
    let (user, database) = (config.get_user().unwrap_or_default(), config.get_dbname().unwrap_or_default());
    let said = words(error);
    let place = if host.name.starts_with('/') {
        format!("the socket {}/.s.PGSQL.{}", host.name, host.port)
    } else {
        format!("{} port {}", host.name, host.port)
    };
    let refused = |reason: String, hint: String| Error::Refused { location: location.clone(), reason, hint };
    if let Some(withheld) = Withheld::behind(error) {
        return refused(withheld.to_string(), in_the_open(address));
    }
    if is_tls(error) {
        return refused(
            format!("{place} could not be reached encrypted: {said}"),
            "sslmode and sslrootcert in the URL say how the server is known, see the README".to_owned(),
        );
    }
    let Some(code) = error.code() else {
        if said.contains("password missing") {
            return refused(
                format!("the server asks user {user} for a password, and there is none"),
                format!(
                    "write {}:{}:{database}:{user}:PASSWORD into ~/.pgpass (chmod 0600), or set CUSTCODE_PASSWORD_FILE or PGPASSWORD",
                    shown_host(host),
                    host.port
                ),
            );
        }
        return Error::Unreachable { location, reason: format!("{place} cannot be reached: {said}") };
    };
    if *code == SqlState::INVALID_CATALOG_NAME {
        refused(
            format!("the server has no database {database}"),
            format!("createdb {database}, then custcode init --store '{location}'"),
        )
    } else if *code == SqlState::INVALID_PASSWORD {
        refused(
            format!("the server refuses the password of user {user}"),
            "the first of these counts: ?passfile= in the URL, CUSTCODE_PASSWORD_FILE, PGPASSWORD, PGPASSFILE, ~/.pgpass".to_owned(),
        )
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        refused(
            format!("the server does not let user {user} in: {said}"),
            format!(
                "createuser {user}, or name another user: postgres://USER@HOST/{database}; pg_hba.conf says who may come from where"
            ),
        )
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        refused(said, format!("as the owner of the database: GRANT CONNECT ON DATABASE {database} TO {user}"))
    } else {
        Error::Unreachable { location, reason: format!("{place}: {said}") }
    }
}

fn shown_host(host: &Host) -> &str {
    if host.name.starts_with('/') { "localhost" } else { &host.name }
}
