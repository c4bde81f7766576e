//! How far a run has come: a bar on a terminal, a line from time to time elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::cli::{eprint, progress_bar};

/// So often a line is written where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// What is known of a run under way.
#[derive(Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
    portal: Arc<str>,
    done: Arc<AtomicUsize>,
    of: Arc<AtomicUsize>,
    is_quiet: bool,
    start: Instant,
}

impl Progress {
    /// Of a run that begins now.
    pub(super) fn new(portal: String, is_quiet: bool) -> Self {
        // Braces would be read as a template's.
        let shown = portal.replace(['{', '}'], " ");
        let bar = progress_bar(&format!("asking {shown}"), is_quiet);
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_secs(1));
        }
        Self {
            is_quiet,
            ..Self::of(bar, portal)
        }
    }

    /// The same in lines alone, wherever they go: several bars would write over each other.
    pub(super) fn in_lines(portal: String) -> Self {
        Self::of(ProgressBar::hidden(), portal)
    }

    fn of(bar: ProgressBar, portal: String) -> Self {
        Self {
            bar,
            portal: portal.into(),
            done: Arc::default(),
            of: Arc::default(),
            is_quiet: false,
            start: Instant::now(),
        }
    }

    /// The bar; hidden where there is no terminal.
    pub(super) fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// So many of the questions are answered.
    pub(super) fn asked(&self, done: usize, of: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        self.bar.set_message("");
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }

    /// Writes to standard error, above the bar.
    pub(super) fn say(&self, text: &str) {
        self.bar.suspend(|| eprint(text));
    }

    /// Takes the bar away, so that what follows stands on a line of its own.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Writes lines until nobody wants them any more.
    pub(super) async fn lines(self) {
        if self.is_quiet || !self.bar.is_hidden() {
            return;
        }
        loop {
            tokio::time::sleep(PAUSE).await;
            eprint(&self.line(self.start.elapsed()));
        }
    }

    fn line(&self, elapsed: Duration) -> String {
        let (done, of) = (&self.done, &self.of);
        let (done, of) = (done.load(Ordering::Relaxed), of.load(Ordering::Relaxed));
        let (portal, seconds) = (&self.portal, elapsed.as_secs());
        let what = match of {
            0 => "no answer yet".to_owned(),
            of => format!("{done} of {of} questions answered"),
        };
        format!("{portal}: {what}, {seconds} s\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whom_how_far_and_how_long() {
        let progress = Progress::new("staging".to_owned(), true);
        let second = Duration::from_secs(10);
        assert_eq!(progress.line(second), "staging: no answer yet, 10 s\n");
        progress.asked(3, 7);
        let told = progress.line(2 * second);
        assert_eq!(told, "staging: 3 of 7 questions answered, 20 s\n");
    }
}
