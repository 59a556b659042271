//! Who acts, and on which machine: kept with every operation of the ledger.

use super::Who;

impl Who {
    /// `actor` (else the OS user) on `host` (else this machine).
    pub fn of_this_process(actor: Option<String>, host: Option<String>) -> Self {
        let os_user = os_user();
        let actor = actor.filter(|name| !name.trim().is_empty());
        Self { actor: actor.unwrap_or_else(|| os_user.clone()), os_user, host: host.unwrap_or_else(machine) }
    }
}

/// The login name of the user who runs this process: from the user database, for `USER` can say
/// anything; where users are kept elsewhere (macOS, LDAP) `USER` with the number beside it.
fn os_user() -> String {
    let number = rustix::process::getuid().as_raw();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    login_name(&users, number).unwrap_or_else(|| match std::env::var("USER") {
        Ok(name) if !name.is_empty() => format!("{name} (uid {number})"),
        _ => format!("uid {number}"),
    })
}

/// The name of a user number in a text such as `/etc/passwd`.
fn login_name(users: &str, number: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    })
}

/// The machine's own name.
fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_database_names_the_user() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken line\nli:x:1000:1000:李:/home/li:/bin/sh\n";
        assert_eq!(login_name(users, 1000).as_deref(), Some("li"));
        assert_eq!(login_name(users, 7), None);
    }

    #[test]
    fn the_actor_is_the_user_unless_named() {
        let named = Who::of_this_process(Some("crm-sync".into()), Some("host-a".into()));
        assert_eq!((named.actor.as_str(), named.host.as_str()), ("crm-sync", "host-a"));
        let own = Who::of_this_process(None, None);
        assert_eq!(own.actor, own.os_user);
        assert_eq!(Who::of_this_process(Some(" ".into()), None).actor, own.os_user);
    }
}
