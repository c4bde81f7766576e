//! What is known of a rule beside its sentence.

use std::fmt;

use crate::check::observed::Observed;
use crate::check::promise::Promise;
use crate::level::Level;

/// The families of checks, in the order in which a reader should look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Status, media type, a complete and well-formed body.
    Transport,
    /// The members around the payload.
    Envelope,
    /// The payload's members in JSON.
    Schema,
    /// The payload's members in XML.
    Shape,
    /// The resource that was asked for, and the same one each time.
    Identity,
    /// XML says what JSON says.
    Parity,
    /// What must be refused is refused.
    Refusal,
    /// The envelope as reviewed.
    Snapshot,
}

/// What the break of a rule is of: which of them can be told before anything is asked, and how often each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A value of a documented member that is out of its bounds, whatever its type.
    Value,
    /// Always a member that pages or profile document, or what such members stand in.
    Documented,
    /// Anything that an answer holds or lacks.
    Answer,
    /// What answers say beside their content: told once for a run, in the first case that shows it.
    Server,
}

/// A rule as data.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name in reports and waivers.
    pub id: &'static str,
    /// What a break of it is of.
    pub about: About,
    /// The families of checks that see a break of it.
    pub families: &'static [Family],
    /// What a break does where nobody says otherwise.
    pub level: Level,
    /// Why a client breaks where the rule does.
    pub reason: &'static str,
    /// What demands it: a specification with its section, a part of the page or of the profile.
    pub reference: &'static str,
    /// An answer, or a part of one, that keeps it.
    pub kept: &'static str,
    /// The same, broken.
    pub broken: &'static str,
    /// What a report says of that break.
    pub message: fn() -> (Promise, Observed),
}

impl Entry {
    /// The names of the families that see a break of it.
    #[must_use]
    pub fn seen_by(&self) -> Vec<&'static str> {
        let families = self.families.iter().copied();
        families.map(Family::as_str).collect()
    }
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 8] = [
        Self::Transport,
        Self::Envelope,
        Self::Schema,
        Self::Shape,
        Self::Identity,
        Self::Parity,
        Self::Refusal,
        Self::Snapshot,
    ];

    /// The family of a check by its name in reports, such as `identity::asked`; `None` for one that only other
    /// versions know.
    #[must_use]
    pub fn of_check(name: &str) -> Option<Self> {
        let family = name.split_once("::").map_or(name, |(family, _)| family);
        Self::ALL.into_iter().find(|known| known.as_str() == family)
    }

    /// What it looks at.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Transport => "status, media type, a complete and well-formed body",
            Self::Envelope => "the members around the payload",
            Self::Schema => "the payload's members in JSON",
            Self::Shape => "the payload's members in XML",
            Self::Identity => "the resource that was asked for, and the same one each time",
            Self::Parity => "JSON and XML beside each other",
            Self::Refusal => "what must be refused",
            Self::Snapshot => "the envelope beside the reviewed one",
        }
    }

    /// Why a client would break on a portal that keeps none of its rules.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Transport => {
                "a client branches on the status and chooses its parser by the media type; a body that is cut or malformed is read by none"
            }
            Self::Envelope => {
                "a client looks for the payload, for an error and for more pages in the members around it"
            }
            Self::Schema => {
                "a typed client reads each member by its name and into its type, and fails or takes a default for what is not so"
            }
            Self::Shape => {
                "a deserializer of XML binds elements by name, and their texts by type and spelling"
            }
            Self::Identity => {
                "a client shows and changes what it asked for; another resource in its place is a mistake that nobody sees"
            }
            Self::Parity => {
                "two clients of one portal, one for each format, would know different data"
            }
            Self::Refusal => {
                "what should be refused and is not is read and changed by those who must not; what a refusal says of a resource is told to them as well"
            }
            Self::Snapshot => {
                "what no page promises is relied upon all the same, so a change of it is looked at before it is deployed"
            }
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Envelope => "envelope",
            Self::Schema => "schema",
            Self::Shape => "shape",
            Self::Identity => "identity",
            Self::Parity => "parity",
            Self::Refusal => "refusal",
            Self::Snapshot => "snapshot",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
