//! Ctrl-C and SIGTERM: the first ends what is under way in order, the second at once.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::eprint;
use crate::exit_code::ExitCode;

/// Whether the user wants an end.
#[derive(Debug, Clone)]
pub(super) struct Interrupt {
    raised: watch::Receiver<bool>,
    has_data: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on, for as long as the runtime lives.
    pub(super) fn listen(runtime: &Runtime) -> Self {
        let (sender, raised) = watch::channel(false);
        let has_data = Arc::new(AtomicBool::new(false));
        let is_there = Arc::clone(&has_data);
        runtime.spawn(async move {
            signal().await;
            if is_there.load(Ordering::SeqCst) {
                eprint("interrupted; undoing the test data (once more to stop at once)\n");
            }
            sender.send_replace(true);
            signal().await;
            if is_there.load(Ordering::SeqCst) {
                eprint("stopped; test data is left: undo it with `portal-conformance cleanup`\n");
            }
            std::process::exit(ExitCode::Interrupted as i32);
        });
        Self { raised, has_data }
    }

    /// Says whether something has to be undone on the portal.
    pub(super) fn set_has_data(&self, has_data: bool) {
        self.has_data.store(has_data, Ordering::SeqCst);
    }

    pub(super) fn is_raised(&self) -> bool {
        *self.raised.borrow()
    }

    /// Waits for the first signal.
    pub(super) async fn raised(&self) {
        let mut raised = self.raised.clone();
        // An error means that nobody listens any more: no signal will come.
        if raised.wait_for(|raised| *raised).await.is_err() {
            pending::<()>().await;
        }
    }
}

/// Waits for Ctrl-C, or SIGTERM where there is such a thing.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
