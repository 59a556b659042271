//! The windows of a walk: up to three neighbouring places, with what is mistyped in them.

use super::error::Window;
use super::walk::Walk;
use super::{Role, TypingError};

/// The check characters of a code; the second is 0 where there is one.
type Check = [u8; 2];

impl Walk<'_> {
    /// The check characters of the window from place `first` on: their place in the window, and
    /// which of the code's they are.
    pub(super) fn checks(&self, first: usize, span: usize) -> impl Iterator<Item = (usize, usize)> {
        self.cells[first..first + span].iter().enumerate().filter_map(|(place, cell)| match cell.role {
            Role::Check(index) => Some((place, index)),
            _ => None,
        })
    }

    /// The window as a code with this check digit shows it.
    pub(super) fn written(&self, first: usize, span: usize, mut window: Window, check: Check) -> Window {
        self.checks(first, span).for_each(|(place, index)| window[place] = check[index]);
        window
    }

    /// A window as it was typed in a code with this check digit: what is summed of it, and the
    /// check digit as it now is.
    pub(super) fn read(
        &self,
        first: usize,
        span: usize,
        mut window: Window,
        mut check: Check,
    ) -> (Window, Check) {
        for (place, index) in self.checks(first, span) {
            check[index] = std::mem::take(&mut window[place]);
        }
        (window, check)
    }

    /// Every filling of the window; check characters are left open as 0.
    pub(super) fn windows(&self, first: usize, span: usize, mut each: impl FnMut(Window)) {
        const OPEN: &[u8] = &[0];
        let legal = |place: usize| match self.cells.get(first + place) {
            Some(cell) if place < span && !matches!(cell.role, Role::Check(_)) => &cell.legal[..],
            _ => OPEN,
        };
        for &a in legal(0) {
            for &b in legal(1) {
                for &c in legal(2) {
                    each([a, b, c]);
                }
            }
        }
    }

    /// Every way to mistype the window.
    pub(super) fn mistakes(
        &self,
        error: TypingError,
        first: usize,
        window: Window,
        wrong: impl FnMut(Window),
    ) {
        error.of(window, &self.cells[first].typed, wrong);
    }
}
