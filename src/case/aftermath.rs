//! Reads that tell whether a write did what its answer says: what was made is there, what was deleted is not.

use percent_encoding::utf8_percent_encode;

use crate::case::QuestionIndex;
use crate::case::serialized::ESCAPED;
use crate::client::Request;

/// Which write a read comes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aftermath {
    /// One that makes a resource, which is read by the id that its answer gives.
    Made {
        /// The write.
        write: QuestionIndex,
        /// What stands for the id in the path of the read.
        place: String,
    },
    /// One that deletes a resource.
    Deleted {
        /// The write.
        write: QuestionIndex,
        /// The question that reads the resource before.
        before: QuestionIndex,
    },
}

impl Aftermath {
    /// What stands for an id that is not known yet, of a parameter of this name.
    pub(super) fn place_of(parameter: &str) -> String {
        format!("{{{parameter}}}")
    }

    /// The write.
    #[must_use]
    pub fn write(&self) -> QuestionIndex {
        match self {
            Self::Made { write, .. } | Self::Deleted { write, .. } => *write,
        }
    }

    /// A read with an id in the place of the one that was not known.
    #[must_use]
    pub fn about(&self, request: &Request, id: &str) -> Request {
        let mut request = request.clone();
        if let Self::Made { place, .. } = self {
            let id = utf8_percent_encode(id, ESCAPED).to_string();
            request.path = request.path.replace(place, &id);
        }
        request
    }
}
