//! Ctrl-C and SIGTERM: the first ends what is under way in order, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Runtime;

use crate::cli::eprint;
use crate::exit_code::ExitCode;
use crate::session::Stop;

/// Whether the user wants an end.
#[derive(Debug, Clone)]
pub(super) struct Interrupt {
    /// Wanted from the first signal on.
    pub(super) stop: Stop,
    /// Whether something has to be undone on the portal.
    pub(super) has_data: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on, for as long as the runtime lives.
    pub(super) fn listen(runtime: &Runtime) -> Self {
        let (stopper, stop) = Stop::new();
        let has_data = Arc::new(AtomicBool::new(false));
        let is_there = Arc::clone(&has_data);
        runtime.spawn(async move {
            signal().await;
            if is_there.load(Ordering::SeqCst) {
                eprint("interrupted; undoing the test data (once more to stop at once)\n");
            }
            stopper.stop();
            signal().await;
            if is_there.load(Ordering::SeqCst) {
                eprint("stopped; test data is left: undo it with `portal-conformance cleanup`\n");
            }
            std::process::exit(ExitCode::Interrupted as i32);
        });
        Self { stop, has_data }
    }
}

/// Waits for Ctrl-C, or SIGTERM where there is such a thing.
#[cfg(unix)]
async fn signal() {
    use std::future::pending;

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
