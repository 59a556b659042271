//! How far the counters of a ledger are, and when they will run out.
//!
//! The rate of a scope is the number of codes that it was given in the last 90 days, by the dates
//! of their operations, divided by 90; for a scope whose first code is younger, by the days since
//! then, at least one.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Serialize, Serializer};

use super::words::{part_name, thousands};
use crate::code::{DateFormat, Shape};
use crate::report::words::list;
use crate::rule::{Rule, RuleBook};
use crate::store::{Counter, Pace, Result, Snapshot};

/// Days whose operations make the rate.
const WINDOW: i64 = 90;
/// What lasts longer has no date.
const FAR: f64 = 36_525.0;
/// A count begins anew within so many days, or never.
const YEAR: i32 = 400;

/// A scope that the ledger counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeUse {
    /// JSON array of the printed parts.
    #[serde(serialize_with = "crate::registry::scope::serialize")]
    pub scope: String,
    /// For people.
    pub words: String,
    /// Codes that are gone: issued, brought from outside, leased or passed over.
    pub used: u64,
    /// Codes that are left.
    pub left: u64,
    /// Both together.
    pub total: u64,
    /// `used` in per cent of `total`, rounded down.
    pub percent: u64,
    /// The highest level of `warn_at` that is reached.
    pub warn_level: Option<u8>,
    /// Whether a customer of today can get its numbers: the rule holds today, and the dates are
    /// those of today.
    pub current: bool,
    /// Codes a day; none where the scope got none in the last 90 days.
    pub per_day: Option<f64>,
    /// The day on which the last code goes at this rate; none where that is a hundred years away,
    /// or another count begins before.
    #[serde(serialize_with = "day")]
    pub runs_out: Option<Date>,
    /// The first day of the next count, where a date is part of the scope; or the first day behind
    /// the rule's last one.
    #[serde(serialize_with = "day")]
    pub next_count: Option<Date>,
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands over the field")]
fn day<S: Serializer>(day: &Option<Date>, out: S) -> std::result::Result<S::Ok, S::Error> {
    day.map(|day| day.to_string()).serialize(out)
}

/// The scopes of each rule, in the order of the book; those nearest their end come first.
///
/// # Errors
/// Those of the ledger.
pub fn forecast(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<Vec<ScopeUse>>> {
    let window = now.checked_sub(SignedDuration::from_hours(24 * WINDOW)).unwrap_or(Timestamp::MIN);
    let paces = view.paces(&window.to_string())?;
    let counters = view.counters()?;
    let today = now.to_zoned(zone.clone()).date();
    let mut rules = Vec::with_capacity(book.rules().len());
    for rule in book.rules() {
        let Some(clock) = Outlook::of(rule, today) else {
            rules.push(Vec::new());
            continue;
        };
        let mut scopes = Vec::new();
        for (_, scope, counter) in counters.iter().filter(|(id, ..)| *id == rule.id) {
            let ahead = match (counter.highest, counter.last) {
                (Some(highest), last) if last.is_none_or(|last| highest > last) => {
                    view.numbers_ahead(counter.id)?.len()
                }
                _ => 0,
            };
            let pace = paces.binary_search_by_key(&counter.id, |pace| pace.counter);
            let rate = pace.ok().map(|place| per_day(&paces[place], window, now));
            scopes.push(clock.scope(scope, counter, ahead as u64, rate));
        }
        scopes.sort_by(|a, b| {
            order(a).cmp(&order(b)).then(b.percent.cmp(&a.percent)).then(a.scope.cmp(&b.scope))
        });
        rules.push(scopes);
    }
    Ok(rules)
}

/// Codes a day.
fn per_day(pace: &Pace, window: Timestamp, now: Timestamp) -> f64 {
    let since = pace.since.parse().unwrap_or(window).max(window);
    let days = now.duration_since(since).as_secs_f64() / 86_400.0;
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with one decimal")]
    let codes = pace.codes as f64;
    codes / days.max(1.0)
}

/// First what is used up, then by the day of the end, then what has none, then what is not counted
/// today.
fn order(scope: &ScopeUse) -> (bool, bool, Option<Date>) {
    (!scope.current, scope.left > 0 && scope.runs_out.is_none(), scope.runs_out)
}

/// What is known of a rule before its scopes are looked at.
struct Outlook<'b> {
    rule: &'b Rule,
    today: Date,
    total: u64,
    /// The share of numbers that have a check digit.
    share: (usize, usize),
    /// The place of each date in the scope, and what it prints today.
    dates: Vec<(usize, String)>,
    next_count: Option<Date>,
    /// Whether that is the day on which the rule has ended.
    rule_ends: bool,
    /// What the dates tell: `day`.
    period: Option<String>,
}

impl<'b> Outlook<'b> {
    /// `None` for a rule without a sequence.
    fn of(rule: &'b Rule, today: Date) -> Option<Self> {
        let sequence = rule.pattern.sequence()?;
        let segments = rule.pattern.segments();
        let formats: Vec<(usize, &DateFormat)> = rule
            .scope()
            .iter()
            .enumerate()
            .filter_map(|(place, index)| match &segments[*index].shape {
                Shape::Date(format) => Some((place, format)),
                _ => None,
            })
            .collect();
        let printed = |day: Date| -> Vec<(usize, String)> {
            let text = |format: &DateFormat| {
                let mut text = String::new();
                format.print(day, &mut text);
                text
            };
            formats.iter().map(|(place, format)| (*place, text(format))).collect()
        };
        let dates = printed(today);
        let mut days = (1..YEAR).filter_map(|more| today.checked_add(more.days()).ok());
        let other = if formats.is_empty() { None } else { days.find(|day| printed(*day) != dates) };
        let end = rule.until.and_then(|until| until.tomorrow().ok());
        let next_count = [other, end].into_iter().flatten().min();
        let parts: Vec<String> = rule
            .scope()
            .iter()
            .filter(|index| matches!(segments[**index].shape, Shape::Date(_)))
            .filter_map(|index| part_name(&segments[*index]))
            .collect();
        Some(Self {
            rule,
            today,
            total: sequence.capacity(),
            share: rule.pattern.check().map_or((1, 1), |(_, checker, _)| checker.share_of_payloads()),
            dates,
            next_count,
            rule_ends: next_count.is_some() && next_count == end,
            period: (!parts.is_empty()).then(|| list(&parts)),
        })
    }

    fn scope(&self, scope: &str, counter: &Counter, ahead: u64, per_day: Option<f64>) -> ScopeUse {
        let taken = self
            .rule
            .pattern
            .sequence()
            .map_or(0, |sequence| counter.last.map_or(0, |last| sequence.numbers(last)));
        let total = self.codes(self.total);
        let left = self.codes(self.total.saturating_sub(taken).saturating_sub(ahead));
        let used = total - left;
        let percent = u64::try_from(u128::from(used) * 100 / u128::from(total.max(1))).unwrap_or(100);
        let parts = crate::registry::scope::parts(scope);
        let of_today = self.dates.iter().all(|(place, text)| parts.get(*place) == Some(text));
        let current = of_today && self.rule.period().holds_on(self.today);
        let level = self.rule.warn_at.iter().rev().find(|level| percent >= u64::from(**level));
        let end = per_day.filter(|_| current && left > 0).and_then(|rate| self.end(left, rate));
        let mut scope = ScopeUse {
            scope: scope.to_owned(),
            words: String::new(),
            used,
            left,
            total,
            percent,
            warn_level: level.copied().filter(|_| current),
            current,
            per_day: per_day.map(|rate| (rate * 100.0).round() / 100.0),
            runs_out: end.filter(|end| self.next_count.is_none_or(|next| *end < next)),
            next_count: self.next_count.filter(|_| current),
        };
        scope.words = self.words(&scope, &parts);
        scope
    }

    /// So many numbers as codes.
    fn codes(&self, numbers: u64) -> u64 {
        let (with, sums) = self.share;
        u64::try_from(u128::from(numbers) * with as u128 / sums as u128).unwrap_or(numbers)
    }

    /// The day on which the last one goes.
    fn end(&self, left: u64, per_day: f64) -> Option<Date> {
        #[expect(clippy::cast_precision_loss, reason = "a forecast")]
        let days = (left as f64 / per_day).floor();
        #[expect(clippy::cast_possible_truncation, reason = "at most a hundred years")]
        (days < FAR).then(|| self.today.checked_add((days as i32).days()).ok()).flatten()
    }

    fn words(&self, scope: &ScopeUse, parts: &[String]) -> String {
        let name = if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) };
        let (used, total) = (thousands(scope.used.into()), thousands(scope.total.into()));
        if scope.left == 0 {
            return format!("{name}all {total} are used");
        }
        let past = scope.warn_level.map(|level| format!(", past {level} %")).unwrap_or_default();
        let head = format!(
            "{name}{used} of {total} used ({} %{past}), {} left",
            scope.percent,
            thousands(scope.left.into())
        );
        if !scope.current {
            return match &self.period {
                Some(period) => format!("{head}; of another {period}"),
                None => format!("{head}; the rule holds at another time"),
            };
        }
        let Some(rate) = scope.per_day else {
            return format!("{head}; none issued in the last {WINDOW} days");
        };
        let rate = if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") };
        match (scope.runs_out, scope.next_count) {
            (Some(day), _) => format!("{head}; runs out on {day} at {rate} a day"),
            (None, Some(next)) if self.rule_ends => {
                format!("{head}; lasts until the rule ends before {next} at {rate} a day")
            }
            (None, Some(next)) => format!("{head}; lasts until the next count on {next} at {rate} a day"),
            (None, None) => format!("{head}; lasts more than a hundred years at {rate} a day"),
        }
    }
}
