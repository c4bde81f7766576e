//! What happens in a session, told to whoever wants to know.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Request;
use crate::run::Unready;
use crate::target::Target;

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
    /// A request was answered, or was not; told where that is asked for.
    Exchanged(Box<ToldExchange>),
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
    /// Test data was undone: by the name of the step, how many requests did something.
    Undone(BTreeMap<String, usize>),
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
    /// The portal's URL ends in the path of the documented server, which is sent once.
    BaseOnce {
        /// That path, without slashes around it.
        base: String,
    },
    /// A parameter is given for this run, and set-up steps put what they make in its place.
    Replaced {
        /// The parameter's name.
        parameter: String,
        /// The names of the steps.
        steps: Vec<String>,
    },
}

/// One request and what came of it, without secrets.
#[derive(Debug, Clone)]
pub struct ToldExchange {
    /// What was asked.
    pub request: Request,
    /// Of which portal, with whose secrets.
    pub target: Arc<Target>,
    /// The status code, where there is one.
    pub status: Option<u16>,
    /// Why there is no complete answer, where there is none.
    pub failure: Option<String>,
    /// The `Content-Type` header of the answer; empty for none.
    pub media_type: String,
    /// Bytes of the answer's body, decompressed.
    pub received: usize,
    /// From the first byte sent to the last byte received of the last try.
    pub elapsed: Duration,
    /// How often it was sent again.
    pub retries: u32,
    /// Headers and bodies, where they are told.
    pub whole: Option<Whole>,
}

/// The headers and bodies of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Names and values of the headers of the answer, in their order.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the answer's body.
    pub body: String,
    /// How many bytes of it are left out.
    pub more: usize,
}

impl PartialEq for ToldExchange {
    /// One time is as good as another, and one run has one portal.
    fn eq(&self, other: &Self) -> bool {
        self.request == other.request
            && self.status == other.status
            && self.failure == other.failure
            && self.received == other.received
            && self.whole == other.whole
    }
}

impl Eq for ToldExchange {}
