//! Who holds the ledger: the description that a writer leaves for those who wait, and what they are
//! told of it.

use std::time::{Duration, SystemTime};

use jiff::{Timestamp, Unit};

/// Bytes of a description; a server of PostgreSQL keeps no more of a connection's name.
pub const DESCRIPTION: usize = 63;

/// Stands between the holder and the time.
const SINCE: &str = " since ";

/// Describes a writer that has held the ledger since `began`:
/// `import (process 71) since 2026-11-22T08:07:01Z`, cut to [`DESCRIPTION`] bytes.
pub fn describe(holder: &str, began: SystemTime) -> String {
    let began = Timestamp::try_from(began).and_then(|began| began.round(Unit::Second));
    let since = began.map_or(String::new(), |began| format!("{SINCE}{began}"));
    let room = holder.floor_char_boundary(DESCRIPTION - since.len());
    format!("{}{since}", &holder[..room])
}

/// Puts a description into words: `import (process 71) has held the ledger for 12 s`.
pub fn tell(description: &str, now: SystemTime) -> String {
    let parsed = description.rsplit_once(SINCE).and_then(|(holder, began)| {
        let began: Timestamp = began.parse().ok()?;
        Some((holder, now.duration_since(began.into()).unwrap_or_default()))
    });
    match parsed {
        Some((holder, held)) => format!("{holder} has held the ledger for {}", in_words(held)),
        None => format!("{description} holds the ledger"),
    }
}

/// Seconds up to two minutes, minutes up to two hours, then hours.
fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> SystemTime {
        text.parse::<Timestamp>().expect("a time").into()
    }

    #[test]
    fn a_description_says_who_and_since_when() {
        let description = describe("import (process 71)", time("2026-11-22T08:07:01.25Z"));
        assert_eq!(description, "import (process 71) since 2026-11-22T08:07:01Z");
        let told = |now| tell(&description, time(now));
        assert_eq!(told("2026-11-22T08:07:13Z"), "import (process 71) has held the ledger for 12 s");
        assert_eq!(told("2026-11-22T08:10:30Z"), "import (process 71) has held the ledger for 3 min");
        assert_eq!(told("2026-11-22T13:00:00Z"), "import (process 71) has held the ledger for 4 h");
        assert_eq!(told("2026-11-22T08:00:00Z"), "import (process 71) has held the ledger for 0 s");
    }

    #[test]
    fn a_long_description_is_cut_at_a_character_before_its_time() {
        let description = describe(&"客户编码".repeat(50), time("2026-11-22T08:07:01Z"));
        assert_eq!(description, format!("{} since 2026-11-22T08:07:01Z", "客户编码".repeat(3)));
        assert!(description.len() <= DESCRIPTION);
    }

    #[test]
    fn what_others_wrote_is_told_as_it_stands() {
        assert_eq!(tell("new (pid 7)", SystemTime::now()), "new (pid 7) holds the ledger");
    }
}
