//! Who did what to the ledger, when, and how much: `log`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::registry::customer::resolve::{named_to_read, not_found};
use crate::registry::{Error, Registry, Result, clock};
use crate::rule::RuleBook;
use crate::store::{self, Logged, Operation, OperationFilter, Snapshot};

/// Which operations are wanted; everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// From this moment on.
    pub since: Option<Moment>,
    /// Up to this moment; a day belongs to it whole.
    pub until: Option<Moment>,
    /// `new`, `import` …
    pub command: Option<String>,
    /// Who.
    pub actor: Option<String>,
    /// Only those that made or changed this code, or its customer.
    pub code: Option<String>,
    /// Only the newest so many.
    pub last: Option<u64>,
    /// With the links of the hash chains.
    pub links: bool,
}

/// A day in the rules' time zone, or a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A whole day.
    Day(Date),
    /// A point in time.
    Point(Timestamp),
}

/// Names of counters by id: rule and scope.
pub type Counters = BTreeMap<i64, (String, String)>;

impl Registry<'_> {
    /// Calls `each` with every operation that is wanted, oldest first; gives their number. A read
    /// transaction is open meanwhile.
    pub fn log(
        &mut self,
        request: &LogRequest,
        each: &mut dyn FnMut(&Logged, &Counters) -> Result<()>,
    ) -> Result<u64> {
        let zone = self.timezone();
        let mut view = self.store.read()?;
        let ids = match &request.code {
            Some(code) => {
                let concerning = concerning(&self.book, code, view.as_mut())?;
                Some(concerning.ok_or_else(|| not_found(&self.book, code))?)
            }
            None => None,
        };
        let filter = OperationFilter {
            times: (
                request.since.map(|moment| begin(moment, &zone)).transpose()?,
                request.until.map(|moment| end(moment, &zone)).transpose()?,
            ),
            command: request.command.clone(),
            actor: request.actor.clone(),
            ids,
            last: request.last,
        };
        let mut counters = Counters::new();
        if request.links {
            counters.extend(view.counters()?.into_iter().map(|(rule, scope, it)| (it.id, (rule, scope))));
        }
        let (mut count, mut failure) = (0, None);
        let scanned = view.scan_log(&filter, request.links, &mut |logged| {
            count += 1;
            each(logged, &counters).map_err(|error| {
                failure = Some(error);
                store::Error::Interrupted
            })
        });
        match failure {
            Some(error) => Err(error),
            None => Ok(scanned.map(|()| count)?),
        }
    }
}

/// The time of an operation in a time zone: `2026-11-22 09:00:00 +08:00`.
pub fn time_in(zone: &TimeZone, operation: &Operation) -> String {
    clock::shown(zone, &operation.at)
}

/// The operations that made a code, changed its state, or changed its customer; none for a code
/// that is not in the ledger.
fn concerning(book: &RuleBook, code: &str, view: &mut dyn Snapshot) -> Result<Option<Vec<i64>>> {
    let Some(row) = named_to_read(book, view, code, "log --code")?.code(book, code)? else {
        return Ok(None);
    };
    let mut ids = vec![row.operation];
    ids.extend(view.events_of(row.id)?.into_iter().map(|(_, operation)| operation.id));
    if let Some(customer) = row.customer {
        ids.extend(view.changes_of(customer)?.into_iter().map(|(_, operation)| operation.id));
        ids.extend(view.erasure_of(customer)?.map(|erasure| erasure.operation.id));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// The first text that a time of the ledger can have from a moment on.
fn begin(moment: Moment, zone: &TimeZone) -> Result<String> {
    match moment {
        Moment::Day(day) => midnight(day, zone).map(boundary),
        Moment::Point(point) => Ok(boundary(point)),
    }
}

/// The first text that a time of the ledger can have behind a moment.
fn end(moment: Moment, zone: &TimeZone) -> Result<String> {
    match moment {
        Moment::Day(day) => midnight(day.saturating_add(1.day()), zone).map(boundary),
        Moment::Point(point) => Ok(boundary(point.saturating_add(1.second()).unwrap_or(point))),
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    let start = day.to_zoned(zone.clone()).map(|start| start.timestamp());
    start.map_err(|_| Error::BadDate { date: day, reason: "it is at the end of the calendar".to_owned() })
}

/// Cut to the second and without an end, so that the texts with and without fractions of a second
/// all come behind it.
fn boundary(point: Timestamp) -> String {
    point.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(8))
    }

    #[test]
    fn a_day_is_one_of_the_rules_time_zone() {
        let day = Moment::Day(jiff::civil::date(2026, 11, 22));
        assert_eq!(begin(day, &zone()).expect("a time"), "2026-11-21T16:00:00");
        assert_eq!(end(day, &zone()).expect("a time"), "2026-11-22T16:00:00");
    }

    #[test]
    fn fractions_of_a_second_stay_on_the_right_side() {
        let point = Moment::Point("2026-11-22T01:00:00Z".parse().expect("a time"));
        let from = begin(point, &zone()).expect("a time");
        let to = end(point, &zone()).expect("a time");
        for at in ["2026-11-22T01:00:00Z", "2026-11-22T01:00:00.25Z"] {
            assert!(at >= from.as_str() && at < to.as_str(), "{at}");
        }
        assert!("2026-11-22T00:59:59.9Z" < from.as_str());
        assert!("2026-11-22T01:00:01Z" >= to.as_str());
    }
}
