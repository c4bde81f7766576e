//! What happens in a session, told to whoever wants to know.

use std::sync::Arc;
use std::time::Duration;

use crate::run::Unready;

/// Is told what happens, from several threads.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run is not quite what somebody may expect.
    Warning(Warning),
    /// So many of the questions are answered.
    Asked {
        /// How many are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// Nothing more is asked.
    AllAsked,
    /// The portal asks for a pause of this length.
    Waits(Duration),
    /// The portal is still starting, and is waited for.
    NotReady {
        /// What it says.
        last: Unready,
        /// How long it is waited for.
        longest: Duration,
    },
    /// From now on, something may have to be undone on the portal, or nothing any more.
    TestData {
        /// Whether something has to be undone.
        is_there: bool,
    },
}

/// What to know beside the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Where the answer of a set-up step never comes, nobody can look for what it made.
    Unfindable {
        /// The step's name.
        step: String,
    },
    /// Credentials or further headers go through a proxy that can read them.
    Overheard {
        /// What a message calls it.
        proxy: String,
    },
    /// Earlier runs left test data.
    LeftBehind {
        /// How many.
        runs: usize,
    },
    /// The set-up steps are not carried out, as nothing may be written.
    NoSetUp,
}
