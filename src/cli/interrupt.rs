//! Ctrl-C, SIGTERM and SIGHUP: the first ends what is under way in order, the second at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

use crate::cli::{UsageError, can_open, eprint_sentence};
use crate::exit_code::ExitCode;
use crate::session::{Stop, Stopper};

/// How long what is under way may take to end where nothing has to be undone.
const GRACE: Duration = Duration::from_millis(1500);
/// How many files listening takes, with room: the library panics where it gets none.
const FILES: usize = 8;

/// Whether the user wants an end.
#[derive(Debug, Clone)]
pub(super) struct Interrupt {
    /// Wanted from the first signal on.
    pub(super) stop: Stop,
    /// On how many portals something has to be undone.
    data: Arc<AtomicUsize>,
    /// Whether nothing is under way that has to be ended in order.
    is_over: Arc<AtomicBool>,
    /// What is on the terminal while something is under way.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl Interrupt {
    /// Listens from now on, until the process ends: once it is listened to, a signal ends nothing by
    /// itself.
    pub(super) fn listen() -> Result<Self, UsageError> {
        can_open(FILES)?;
        let (stopper, stop) = Stop::new();
        let interrupt = Self {
            stop,
            data: Arc::default(),
            is_over: Arc::default(),
            bar: Arc::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(UsageError::of)?;
        let (ready, is_ready) = mpsc::channel();
        let heard = interrupt.clone();
        let thread = thread::Builder::new();
        let thread = thread.spawn(move || {
            runtime.block_on(async {
                let mut signals = Signals::listen();
                let _ = ready.send(());
                heard.obey(&mut signals, &stopper).await;
            });
        });
        thread.map_err(UsageError::of)?;
        // What comes before is obeyed by the system.
        let _ = is_ready.recv();
        Ok(interrupt)
    }

    /// Nothing has to be ended in order any more: from now on, the first signal ends the process.
    pub(super) fn release(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    /// Something has to be undone on one more portal, or on one less.
    pub(super) fn has_data(&self, is_there: bool) {
        if is_there {
            self.data.fetch_add(1, Ordering::SeqCst);
        } else {
            self.data.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// A bar is on the terminal: it goes before anything is said.
    pub(super) fn shows(&self, bar: &ProgressBar) {
        let mut shown = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(bar.clone());
    }

    /// Takes the bar away, and writes a line in its place.
    fn say(&self, line: &str) {
        let shown = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = &*shown {
            bar.finish_and_clear();
        }
        eprint_sentence(line);
    }

    fn must_undo(&self) -> bool {
        self.data.load(Ordering::SeqCst) > 0
    }

    /// Returns once nothing has to be undone and what is under way took too long to end.
    async fn in_vain(&self) {
        loop {
            // What was answered is judged when all is undone.
            while self.must_undo() {
                tokio::time::sleep(GRACE / 10).await;
            }
            tokio::time::sleep(GRACE).await;
            if !self.must_undo() {
                return;
            }
        }
    }

    async fn obey(&self, signals: &mut Signals, stopper: &Stopper) {
        signals.next().await;
        if self.is_over.load(Ordering::SeqCst) {
            self.say("interrupted\n");
            std::process::exit(ExitCode::Interrupted as i32);
        }
        if self.must_undo() {
            self.say("interrupted; undoing the test data (once more to stop at once)\n");
        }
        stopper.stop();
        tokio::select! {
            () = signals.next() => {}
            () = self.in_vain() => {}
        }
        self.say(if self.must_undo() {
            "stopped; test data is left: undo it with `portal-conformance cleanup`\n"
        } else {
            "interrupted\n"
        });
        std::process::exit(ExitCode::Interrupted as i32);
    }
}

/// The signal for a file that grows beyond `ulimit -f`, which ends a process that does not catch it: SIGXFSZ of
/// Linux and macOS (signal(7)).
#[cfg(unix)]
const FILE_SIZE: i32 = 25;

/// What tells a process that somebody wants its end.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    /// Those that can be listened to; SIGHUP not where it is ignored, as `nohup` has it.
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // Once somebody has asked for it, a file that grows too large is an error of its write (setrlimit(2)).
        let _ = signal(SignalKind::from_raw(FILE_SIZE));
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if !ignores_hangup(&status) {
            kinds.push(SignalKind::hangup());
        }
        Self(kinds.into_iter().flat_map(signal).collect())
    }

    async fn next(&mut self) {
        let signals = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        let signals: Vec<_> = signals.collect();
        if signals.is_empty() {
            std::future::pending::<()>().await;
        }
        futures::future::select_all(signals).await;
    }
}

/// Whether a process ignores SIGHUP, by what Linux says of it: a mask in which the first bit is signal 1.
#[cfg(unix)]
fn ignores_hangup(status: &str) -> bool {
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_hangup_that_is_ignored_is_known() {
        for (status, expected) in [
            (
                "SigBlk:\t0000000000000001\nSigIgn:\t0000000000001001\n",
                true,
            ),
            (
                "SigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n",
                false,
            ),
            ("SigIgn:\tx", false),
            ("", false),
        ] {
            assert_eq!(ignores_hangup(status), expected, "{status}");
        }
    }
}
