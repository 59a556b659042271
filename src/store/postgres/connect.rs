//! Makes connections: where to, as whom, how secured; and says what is wrong when none comes about.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::config::{ChannelBinding, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Config, NoTls};

use super::client::{Client, Knock, Messages};
use super::connector::Connector;
use super::failure::{engine, is_state, words};
use super::guard::{Allowed, Withheld};
use super::limits::{CONNECT, Limit, NOTICE_AFTER, Pauses, SILENCE, left};
use super::link::{AT_START, Link, Settings};
use super::password::{self, Login, variable};
use super::stream::{Encrypted, Shared, Socket, Watched};
use super::tls::Security;
use crate::store::address::{Address, quoted, quoted_number, wrong};
use crate::store::{Access, Error, Result};

/// Where the local server's socket lies, where nobody names a host.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One host to try.
#[derive(Debug, Clone)]
struct Host {
    name: String,
    port: u16,
}

impl Host {
    fn is_socket(&self) -> bool {
        self.name.starts_with('/')
    }

    /// For messages.
    fn place(&self) -> String {
        if self.is_socket() {
            format!("the socket {}/.s.PGSQL.{}", self.name, self.port)
        } else {
            format!("{} port {}", self.name, self.port)
        }
    }
}

/// Everything that one attempt at one host needs.
#[derive(Clone)]
pub(super) struct Target {
    host: Host,
    config: Config,
    /// Where the session is told its settings.
    settings: Settings,
    security: Security,
    /// How an unencrypted server may ask for the password.
    allowed: Allowed,
    /// Whether a server that does not take writes is the wrong one, or one that does.
    wanted: Option<Access>,
}

/// Why an attempt came to nothing.
enum Failed {
    Network(io::Error),
    Server(tokio_postgres::Error),
    /// A standby where the primary is wanted, or the other way round.
    Other(&'static str),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Network(error)
    }
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

/// A connection, or why there is none. Tries the hosts in order, and again while one of them says
/// that it will have time later.
pub(super) fn connect(connector: &Connector, until: Instant) -> Result<Link> {
    let hosts = hosts(&connector.address)?;
    let of = hosts.len();
    let targets =
        hosts.into_iter().map(|host| Target::new(connector, host, of)).collect::<Result<Vec<_>>>()?;
    let most = longest(&connector.address)?;
    let began = Instant::now();
    let mut pauses = Pauses::new();
    let mut told = false;
    loop {
        let (mut last, mut later) = (None, None);
        for (index, target) in targets.iter().enumerate() {
            let share = left(until) / u32::try_from(of - index).unwrap_or(1);
            match target.attempt(share.min(most), connector) {
                Ok(link) => return Ok(link),
                Err(failed) => {
                    later = later.or_else(|| failed.is_for_now().then(|| target.host.place()));
                    last = Some(target.explained(&connector.address, &failed, began));
                }
            }
        }
        if let (Some(place), false) = (&later, told || began.elapsed() < NOTICE_AFTER) {
            connector.notice(&format!("{place} to have a connection free"));
            told = true;
        }
        if later.is_none() || !pauses.pause(until) {
            return Err(last.unwrap_or_else(|| engine("could not connect", "there is no host")));
        }
    }
}

/// How long one attempt may take; 0 means that only the command's own wait counts.
fn longest(address: &Address) -> Result<Duration> {
    let seconds =
        address.parameter("connect_timeout").map(str::to_owned).or_else(|| variable("PGCONNECT_TIMEOUT"));
    let Some(text) = seconds else { return Ok(CONNECT) };
    let seconds: u64 = text
        .parse()
        .map_err(|_| wrong(&format!("connect_timeout is {}", quoted_number(&text)), "a number of seconds"))?;
    Ok(if seconds == 0 { Duration::MAX } else { Duration::from_secs(seconds) })
}

fn hosts(address: &Address) -> Result<Vec<Host>> {
    let usual_port = match variable("PGPORT") {
        Some(text) => text
            .parse()
            .map_err(|_| wrong(&format!("PGPORT is {}", quoted_number(&text)), "a number up to 65535"))?,
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

impl Failed {
    /// Whether the server says that it will have time later.
    fn is_for_now(&self) -> bool {
        let Self::Server(error) = self else { return false };
        is_state(error, &SqlState::CANNOT_CONNECT_NOW) || is_state(error, &SqlState::TOO_MANY_CONNECTIONS)
    }

    /// Whether a connection pool does not know what it was told of the session.
    fn is_about_settings(&self) -> bool {
        // Its words, for the state says no more than that something about the connection is wrong.
        let Self::Server(error) = self else { return false };
        error.as_db_error().is_some_and(|answer| {
            answer.message().contains("startup parameter") && answer.message().contains("options")
        })
    }

    /// Whether the server has no use for an encrypted connection.
    fn is_about_encryption(&self) -> bool {
        let Self::Server(error) = self else { return false };
        is_tls(error) || is_state(error, &SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
    }
}

impl Target {
    fn new(connector: &Connector, host: Host, of: usize) -> Result<Self> {
        let address = &connector.address;
        let security = Security::of(address, !host.is_socket())?;
        let mut config = configuration(address, &host)?;
        config.ssl_mode(security.mode.of_connection());
        let wanted = match address.parameter("target_session_attrs") {
            // Of several hosts the one that takes writes is looked for: the others are its
            // standbys.
            None if of > 1 && connector.access == Access::Write => Some(Access::Write),
            None | Some("any") => None,
            Some("read-write" | "primary") => Some(Access::Write),
            Some("read-only" | "standby") => Some(Access::Read),
            Some(other) => {
                return Err(wrong(
                    &format!("target_session_attrs {} is unknown", quoted(other)),
                    "any, read-write or read-only",
                ));
            }
        };
        let allowed = Allowed::of(&host.name, address.is_foreign());
        Ok(Self { host, config, settings: Settings::AtStart, security, allowed, wanted })
    }

    /// One attempt at the host, in one piece of time. `prefer` means two, when the server has no
    /// use for the encrypted one; so does a connection pool that refuses what it is told of the
    /// session.
    fn attempt(&self, time: Duration, connector: &Connector) -> std::result::Result<Link, Failed> {
        let until = super::limits::within(time);
        let mut target = self.clone();
        loop {
            match target.try_once(until, connector) {
                Err(failed) if target.settings == Settings::AtStart && failed.is_about_settings() => {
                    target.settings = Settings::InTransactions;
                }
                Err(failed)
                    if target.config.get_ssl_mode() == SslMode::Prefer && failed.is_about_encryption() =>
                {
                    target.config.ssl_mode(SslMode::Disable);
                    target.security.connector = None;
                }
                other => return other,
            }
        }
    }

    fn try_once(&self, until: Instant, connector: &Connector) -> std::result::Result<Link, Failed> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::<Shared>::default();
        let established = runtime.block_on(async {
            let work = self.establish(&shared);
            tokio::pin!(work);
            let first = left(until).min(NOTICE_AFTER);
            if let Ok(done) = timeout(first, &mut work).await {
                return Some(done);
            }
            if left(until) > Duration::ZERO {
                connector.notice(&format!("{} to answer", self.host.place()));
            }
            timeout(left(until), work).await.ok()
        });
        let Some(established) = established else {
            // A name that is still being looked up keeps nobody waiting.
            runtime.shutdown_background();
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the server does not answer").into());
        };
        let target = self.clone();
        let knock: Knock = Box::new(move || target.answers());
        let notice = connector.notice.clone().map(|notice| -> super::client::Notice {
            let text = format!("{} to answer", self.host.place());
            Arc::new(move || notice(&text))
        });
        let client = Client::new(runtime, established?, shared, notice, knock);
        let mut link = Link::new(client, self.clone(), self.settings);
        link.limit(Limit::Until(until, Some(NOTICE_AFTER)));
        self.is_wanted(&mut link)?;
        Ok(link)
    }

    /// Whether the server takes writes, where that matters.
    fn is_wanted(&self, link: &mut Link) -> std::result::Result<(), Failed> {
        let Some(wanted) = self.wanted else { return Ok(()) };
        let rows = link.query("SELECT pg_catalog.current_setting('transaction_read_only') = 'on'", &[])?;
        let read_only = rows.first().is_some_and(|row| row.try_get(0).unwrap_or(false));
        match (wanted, read_only) {
            (Access::Write, true) => Err(Failed::Other("it does not take writes; name the primary")),
            (Access::Read, false) => Err(Failed::Other("it takes writes, and a standby is wanted")),
            _ => Ok(()),
        }
    }

    /// Whether the server answers anybody: one that has no connection left does.
    fn answers(&self) -> bool {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return true };
        let shared = Arc::<Shared>::default();
        let answer = runtime.block_on(async { timeout(CONNECT, self.establish(&shared)).await });
        runtime.shutdown_background();
        match answer {
            Ok(Ok(_)) => true,
            Ok(Err(Failed::Server(error))) => is_state(&error, &SqlState::TOO_MANY_CONNECTIONS),
            _ => false,
        }
    }

    /// A wish of somebody on the same way in, to stop what a session does.
    pub(super) fn cancel(&self, runtime: &Runtime, token: &tokio_postgres::CancelToken) {
        let shared = Arc::<Shared>::default();
        let wish = async {
            let socket = self.open().await?;
            let watched = self.watched(socket, &shared);
            match &self.security.connector {
                Some(connector) => {
                    let tls = self.tls(connector, &shared)?;
                    token.cancel_query_raw(watched, tls).await?;
                }
                None => token.cancel_query_raw(watched, NoTls).await?,
            }
            Ok::<_, Failed>(())
        };
        // Whoever asks for it asks nothing more on that session, whatever becomes of the wish.
        let _ = runtime.block_on(async { timeout(super::limits::FAREWELL, wish).await });
    }

    /// Name, socket, encryption and login.
    async fn establish(
        &self,
        shared: &Arc<Shared>,
    ) -> std::result::Result<(tokio_postgres::Client, Box<dyn Messages>), Failed> {
        let socket = self.open().await?;
        let mut config = self.config.clone();
        if self.settings == Settings::AtStart {
            config.options(AT_START);
        }
        let Some(connector) = &self.security.connector else {
            let watched = self.watched(socket, shared);
            let (client, connection) = config.connect_raw(watched, NoTls).await?;
            return Ok((client, Box::new(connection)));
        };
        let watched = self.watched(socket, shared);
        let tls = self.tls(connector, shared)?;
        let (client, connection) = config.connect_raw(watched, tls).await?;
        Ok((client, Box::new(connection)))
    }

    fn watched(&self, socket: Socket, shared: &Arc<Shared>) -> Watched<Socket> {
        Watched::open(socket, Arc::clone(shared), self.security.connector.is_some(), self.allowed)
    }

    fn tls<C: MakeTlsConnect<Watched<Socket>> + Clone>(
        &self,
        connector: &C,
        shared: &Arc<Shared>,
    ) -> io::Result<Encrypted<C::TlsConnect>> {
        let connector = connector.clone().make_tls_connect(&self.host.name);
        let connector = connector.map_err(|error| io::Error::other(error.into()))?;
        Ok(Encrypted { connector, shared: Arc::clone(shared) })
    }

    /// A socket to the host, by any of its addresses.
    async fn open(&self) -> io::Result<Socket> {
        let Host { name, port } = &self.host;
        if self.host.is_socket() {
            let path = Path::new(name).join(format!(".s.PGSQL.{port}"));
            return Ok(Socket::Unix(UnixStream::connect(path).await?));
        }
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in lookup_host((name.as_str(), *port)).await? {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    let socket = Socket::Tcp(stream);
                    socket.keep_alive(SILENCE)?;
                    return Ok(socket);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Tells apart what can be wrong, each with what to do.
    fn explained(&self, address: &Address, failed: &Failed, began: Instant) -> Error {
        let (location, place) = (address.to_string(), self.host.place());
        let unreachable = |reason: String| Error::Unreachable { location: location.clone(), reason };
        match failed {
            Failed::Network(error) if error.kind() == io::ErrorKind::TimedOut => {
                unreachable(format!("{place} has not answered for {} s", began.elapsed().as_secs()))
            }
            Failed::Network(error) => unreachable(format!("{place} cannot be reached: {error}")),
            Failed::Other(reason) => unreachable(format!("{place}: {reason}")),
            Failed::Server(error) if failed.is_for_now() => {
                let said = words(error);
                unreachable(format!("{place}: {said} (asked for {} s)", began.elapsed().as_secs()))
            }
            Failed::Server(error) => match Withheld::behind(error) {
                Some(withheld) => Error::Refused {
                    location,
                    reason: withheld.to_string(),
                    hint: in_the_open(address).to_owned(),
                },
                None => self.refused(location, &place, error),
            },
        }
    }

    fn refused(&self, location: String, place: &str, error: &tokio_postgres::Error) -> Error {
        let config = &self.config;
        let (user, database) =
            (config.get_user().unwrap_or_default(), config.get_dbname().unwrap_or_default());
        let said = words(error);
        let refused =
            |reason: String, hint: String| Error::Refused { location: location.clone(), reason, hint };
        if is_tls(error) {
            return refused(
                format!("{place} could not be reached encrypted: {said}"),
                "sslmode and sslrootcert in the URL say how the server is known, see custcode help -k postgres".to_owned(),
            );
        }
        let Some(code) = error.code() else {
            if said.contains("password missing") {
                let host = if self.host.is_socket() { "localhost" } else { &self.host.name };
                return refused(
                    format!("the server asks user {user} for a password, and there is none"),
                    format!(
                        "write {host}:{}:{database}:{user}:PASSWORD into ~/.pgpass (chmod 0600), or set CUSTCODE_PASSWORD_FILE or PGPASSWORD",
                        self.host.port
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
            refused(
                said,
                format!("as the owner of the database: GRANT CONNECT ON DATABASE {database} TO {user}"),
            )
        } else {
            Error::Unreachable { location, reason: format!("{place}: {said}") }
        }
    }
}

fn configuration(address: &Address, host: &Host) -> Result<Config> {
    let user = address.user.clone().or_else(|| ["PGUSER", "USER", "LOGNAME"].into_iter().find_map(variable));
    let user = user.ok_or_else(|| wrong("the URL names no user", "postgres://USER@HOST/DATABASE"))?;
    let database =
        address.database.clone().or_else(|| variable("PGDATABASE")).unwrap_or_else(|| user.clone());
    let login = Login {
        host: if host.is_socket() { "localhost" } else { &host.name },
        port: host.port,
        database: &database,
        user: &user,
    };
    let mut config = Config::new();
    if let Some(password) = password::find(address, login)? {
        config.password(password);
    }
    config.user(&user).dbname(&database);
    config.application_name(address.parameter("application_name").unwrap_or("custcode"));
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
fn in_the_open(address: &Address) -> &'static str {
    if address.is_foreign() {
        "a rule file of another user names this server: add ?sslmode=verify-full to the URL, or name the server \
         yourself: --store URL"
    } else {
        "add ?sslmode=verify-full to the URL, or let pg_hba.conf ask for scram-sha-256"
    }
}

/// The crate tells a failed handshake only by its words.
fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS")
}
