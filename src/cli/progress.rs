//! A long run watched from a terminal: a bar on stderr after a quarter of a second, and the
//! messages of the run around it.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::rejections::Rejections;
use super::signal::Signals;
use super::ui::Ui;
use crate::registry::import::{Listener, Mapped, Rejection, Stand};
use crate::registry::transfer;

/// Runs shorter than this show no bar.
const PATIENCE: Duration = Duration::from_millis(250);

/// Listens to an import, or watches a run over a whole ledger.
pub(crate) struct Progress {
    ui: Ui,
    signals: Signals,
    started: Instant,
    phase: (u8, Instant),
    bar: Option<ProgressBar>,
    /// What was said of columns, for the report.
    pub(crate) mapping: Vec<Mapped>,
    rejections: Rejections,
}

impl Progress {
    /// Starts the clock.
    pub(crate) fn new(ui: Ui, signals: Signals) -> Self {
        let started = Instant::now();
        Self {
            ui,
            signals,
            started,
            phase: (0, started),
            bar: None,
            mapping: Vec::new(),
            rejections: Rejections::default(),
        }
    }

    /// Tells the rejected rows, and takes the bar away.
    pub(crate) fn finish(&mut self) {
        self.tell_rejected();
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn tell_rejected(&mut self) {
        for told in std::mem::take(&mut self.rejections).told() {
            self.say(|ui| ui.rejected(&told));
        }
    }

    /// Says something without the bar in between.
    fn say(&self, say: impl FnOnce(&Ui)) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(&self.ui)),
            None => say(&self.ui),
        }
    }

    /// Draws the bar at so many thousandths, once it is time for one. Whether the run is to go on.
    fn draw(&mut self, done: u64, message: impl FnOnce(&Self) -> String) -> bool {
        if self.bar.is_none() && self.ui.shows_progress() && self.started.elapsed() >= PATIENCE {
            self.bar = Some(bar());
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            bar.set_message(message(self));
        }
        self.signals.received().is_none()
    }

    /// The line beside the bar.
    fn message(&self, stand: Stand) -> String {
        let phase = match stand.phase {
            1 => "reading",
            2 => "matching",
            3 => "writing",
            _ => "finishing",
        };
        let rate = rate(stand.rows, self.phase.1.elapsed());
        let mut text = format!("{phase}: {} rows, {rate} rows/s", stand.rows);
        if stand.rejected > 0 {
            text.extend([", ", &stand.rejected.to_string(), " rejected"]);
        }
        if let Some(left) = time_left(stand.done, self.started.elapsed()) {
            text.extend([", ", &indicatif::HumanDuration(left).to_string(), " left"]);
        }
        text
    }
}

impl Listener for Progress {
    fn mapping(&mut self, mapping: &[Mapped]) {
        self.mapping = mapping.to_vec();
        // JSON has it in the report.
        for line in mapping.iter().filter(|_| !self.ui.json()) {
            self.say(|ui| ui.status(&line.to_string()));
        }
    }

    fn rejected(&mut self, rejection: &Rejection<'_>) {
        self.rejections.add(rejection);
    }

    fn note(&mut self, line: &str) {
        // What is said behind the rejected rows stands behind them.
        self.tell_rejected();
        self.say(|ui| ui.note(line));
    }

    fn progress(&mut self, stand: Stand) -> bool {
        if self.phase.0 != stand.phase {
            self.phase = (stand.phase, Instant::now());
        }
        self.draw(stand.done.into(), |this| this.message(stand))
    }
}

impl transfer::Progress for Progress {
    fn at(&mut self, position: transfer::Position) -> bool {
        let transfer::Position { doing, rows, total } = position;
        let done = (rows * 1000).checked_div(total).unwrap_or_default();
        self.draw(
            done.min(1000),
            |_| if total > 0 { format!("{doing}: {rows} rows") } else { doing.to_owned() },
        )
    }

    fn note(&mut self, line: &str) {
        self.say(|ui| ui.note(line));
    }
}

/// A bar over thousandths of the whole run.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:20} {percent:>3}%  {wide_msg}")
        .expect("the template is a constant that the tests draw");
    ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr_with_hz(10)).with_style(style)
}

/// Rows a second, as a whole number.
fn rate(rows: u64, elapsed: Duration) -> u64 {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    rows.saturating_mul(1000) / milliseconds
}

/// What is left when `done` thousandths took `elapsed`; unknown at the very beginning.
fn time_left(done: u32, elapsed: Duration) -> Option<Duration> {
    (done >= 10).then(|| elapsed * 1000u32.saturating_sub(done) / done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_drawn() {
        bar().finish_and_clear();
    }

    #[test]
    fn time_left_follows_what_is_done() {
        assert_eq!(time_left(0, Duration::from_secs(1)), None);
        assert_eq!(time_left(250, Duration::from_secs(10)), Some(Duration::from_secs(30)));
        assert_eq!(time_left(1000, Duration::from_secs(10)), Some(Duration::ZERO));
    }

    #[test]
    fn a_rate_is_rows_a_second() {
        assert_eq!(rate(5000, Duration::from_millis(500)), 10_000);
        assert_eq!(rate(1, Duration::ZERO), 1000);
    }

    #[test]
    fn a_signal_stops_the_run() {
        let signals = Signals::default();
        let mut progress =
            Progress::new(Ui::new(None, true, false, crate::cli::format::Colour::Never), signals);
        let stand = Stand { phase: 1, done: 10, rows: 5, rejected: 1 };
        assert!(Listener::progress(&mut progress, stand));
        assert!(progress.message(stand).starts_with("reading: 5 rows"));
    }
}
