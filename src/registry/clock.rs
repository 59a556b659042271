//! Times for people, and clocks and dates that cannot be right. The clock itself is read by the
//! caller, once per command.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::registry::Result;
use crate::registry::note::{Note, NoteKind};
use crate::rule::RuleBook;
use crate::store::{OperationFilter, Snapshot};

/// A clock may lie so far behind that of a colleague's machine.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// The time zone of the rules, else the system's.
pub(crate) fn zone(book: &RuleBook) -> TimeZone {
    book.timezone().cloned().unwrap_or_else(TimeZone::system)
}

/// A time of the ledger as people read it: `2026-11-22 09:00:00 +08:00`.
pub(crate) fn shown(zone: &TimeZone, at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(|_| at.to_owned(), |at| in_words(zone, at))
}

fn in_words(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// A warning where the clock lies behind the newest operation of the ledger. Counters do not care,
/// but record dates and years do.
pub(crate) fn behind(book: &RuleBook, view: &mut dyn Snapshot, now: Timestamp) -> Result<Option<Note>> {
    let mut newest = None;
    view.scan_operations(
        &OperationFilter { last: Some(1), ..OperationFilter::default() },
        &mut |operation| {
            newest = Some(operation.at.clone());
            Ok(())
        },
    )?;
    Ok(newest.and_then(|newest| behind_operation(book, &newest, now)))
}

/// The same, where the newest operation's time is known.
pub(crate) fn behind_operation(book: &RuleBook, newest: &str, now: Timestamp) -> Option<Note> {
    let newest: Timestamp = newest.parse().ok()?;
    let zone = zone(book);
    let (own, last) = (in_words(&zone, now), in_words(&zone, newest));
    (newest.duration_since(now) > TOLERANCE).then(|| {
        Note::new(
            NoteKind::Clock,
            format!(
                "this machine's clock says {own}, but the ledger was last written at {last}; \
                 one of the two clocks is wrong, and with it the dates"
            ),
        )
    })
}

/// A note on a record date that somebody gave more than a year ahead.
pub(crate) fn far_ahead(date: Option<Date>, today: Date) -> Option<Note> {
    let date = date?;
    let limit = today.checked_add(jiff::Span::new().years(1)).ok()?;
    let text = || format!("the date {date} lies more than a year ahead (today is {today})");
    (date > limit).then(|| Note::new(NoteKind::FarDate, text()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_ahead_is_not_yet_far() {
        let today = date(2026, 11, 22);
        assert_eq!(far_ahead(None, today), None);
        assert_eq!(far_ahead(Some(date(2027, 11, 22)), today), None);
        assert!(far_ahead(Some(date(2027, 11, 23)), today).is_some());
        assert_eq!(far_ahead(Some(date(9999, 12, 31)), date(9999, 1, 1)), None, "no year after that");
    }

    #[test]
    fn what_is_no_time_is_shown_as_it_stands() {
        assert_eq!(shown(&TimeZone::UTC, "2026-11-22T01:00:00Z"), "2026-11-22 01:00:00 +00:00");
        assert_eq!(shown(&TimeZone::UTC, "yesterday"), "yesterday");
    }
}
