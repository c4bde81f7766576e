//! The envelope of an answer, as somebody reviewed it.
//!
//! In comes an answer, out comes a short text of its status, media type and envelope, compared with an
//! insta snapshot of the case. The files are insta's own, so `cargo insta review` shows pending ones and
//! `INSTA_UPDATE` decides what is written; insta's assertion is not used, as its banner and panic would
//! stand between the reader and the difference, and no `cargo` is asked where the files are.

mod envelope;
mod file;
mod review;

use std::fs;
use std::path::{Path, PathBuf};

pub use file::{SnapshotError, Update};
pub use review::{Pending, Side, pending};

use crate::case::{Check, NotAsked, Plan};
use crate::check::{
    Expectation, Family, LineChange, Observed, Promise, Reading, Review, Rule, Violation,
};
use crate::client::Response;
use crate::contract::{Contract, Format, OperationId};
use crate::profile::Profile;
use crate::target::Target;
use envelope::{Compared, Line};
use file::Updated;

/// The reviewed snapshots of the built-in pages under the built-in profiles: profile, name, file.
const BUILTIN: [(&str, &str, &str); 8] = [
    (
        "as-documented",
        "get-crm-contact-contactid-json",
        include_str!("../snapshots/get-crm-contact-contactid-json.snap"),
    ),
    (
        "as-documented",
        "get-crm-contact-contactid-xml",
        include_str!("../snapshots/get-crm-contact-contactid-xml.snap"),
    ),
    (
        "as-documented",
        "post-crm-contact-project-projectid-json",
        include_str!("../snapshots/post-crm-contact-project-projectid-json.snap"),
    ),
    (
        "as-documented",
        "post-crm-contact-project-projectid-xml",
        include_str!("../snapshots/post-crm-contact-project-projectid-xml.snap"),
    ),
    (
        "community-server",
        "get-crm-contact-contactid-json",
        include_str!("../snapshots/community-server/get-crm-contact-contactid-json.snap"),
    ),
    (
        "community-server",
        "get-crm-contact-contactid-xml",
        include_str!("../snapshots/community-server/get-crm-contact-contactid-xml.snap"),
    ),
    (
        "community-server",
        "post-crm-contact-project-projectid-json",
        include_str!("../snapshots/community-server/post-crm-contact-project-projectid-json.snap"),
    ),
    (
        "community-server",
        "post-crm-contact-project-projectid-xml",
        include_str!("../snapshots/community-server/post-crm-contact-project-projectid-xml.snap"),
    ),
];

/// Where the reviewed snapshots are, and what is done with new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshots {
    /// Those of the reference portal. Another portal may spell status and media type in any lawful
    /// way, so these two lines count only for the reference portal itself.
    Builtin {
        /// Whether the portal is the reference portal.
        exact: bool,
    },
    /// Those of the portal that is tried, in a folder.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is done with a new or changed snapshot.
        update: Update,
    },
}

impl Snapshots {
    /// Looks whether the snapshots of a contract can be read, and new ones written where they are to be.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`]: a file that is no snapshot, a folder that cannot be written.
    pub fn check(&self, contract: &Contract) -> Result<(), SnapshotError> {
        let Self::Folder { path, update } = self else {
            return Ok(());
        };
        if *update != Update::No {
            file::check_folder(path)?;
        }
        for operation in &contract.operations {
            for format in Format::ALL {
                file::check_file(&path.join(format!("{}.snap", named(&operation.id, format))))?;
            }
        }
        Ok(())
    }
}

/// The name of a snapshot: operation and format.
#[must_use]
pub fn name_of(expectation: &Expectation) -> String {
    named(&expectation.operation.id, expectation.format)
}

fn named(operation: &OperationId, format: Format) -> String {
    format!("{operation}-{format}")
}

/// Whether envelopes of some operation are built in for a profile.
#[must_use]
pub fn are_built_in(contract: &Contract, profile: &Profile) -> bool {
    contract.operations.iter().any(|operation| {
        let names = Format::ALL.map(|format| named(&operation.id, format));
        names
            .iter()
            .any(|name| builtin(&profile.snapshots, name).is_some())
    })
}

/// Leaves out of a plan the cases for which there is nothing to compare with: that pages are one's own is no
/// fault of a portal's.
pub fn leave_out_unknown(plan: &mut Plan, profile: &Profile, snapshots: &Snapshots) {
    if matches!(snapshots, Snapshots::Folder { .. }) {
        return;
    }
    let cases = plan.cases.iter_mut();
    for case in cases.filter(|case| case.id.check == Check::Snapshot && case.ignored.is_none()) {
        let name = named(&case.id.operation, case.id.format);
        if builtin(&profile.snapshots, &name).is_none() {
            case.ignored = Some(NotAsked::NoSnapshot);
        }
    }
}

/// The answers of one case, held against their reviewed snapshot.
#[derive(Debug)]
pub struct Settled<'a> {
    expectation: &'a Expectation,
    target: &'a Target,
    snapshots: &'a Snapshots,
    reviewed: Option<String>,
    /// What became of the first answer that deviates; none where it is the snapshot now, or none deviates.
    review: Option<Review>,
}

impl<'a> Settled<'a> {
    /// Compares all answers of a case with their snapshot. Where asked to, writes a new one of the first that
    /// deviates; what was left for review goes only where none does.
    #[must_use]
    pub fn of<'b>(
        expectation: &'a Expectation,
        answers: impl Iterator<Item = (&'b Response, &'b Reading)>,
        target: &'a Target,
        snapshots: &'a Snapshots,
    ) -> Self {
        let reviewed = match snapshots {
            Snapshots::Builtin { .. } => {
                let reviewed = builtin(&expectation.profile.snapshots, &name_of(expectation));
                reviewed.map(str::to_owned)
            }
            Snapshots::Folder { path, .. } => file::load(&path.join(file_name(expectation))),
        };
        let mut settled = Self {
            expectation,
            target,
            snapshots,
            reviewed,
            review: Some(Review::None),
        };
        if let Snapshots::Folder { path, update } = snapshots {
            let path = path.join(file_name(expectation));
            let mut is_any = false;
            let mut read = answers.filter_map(|(response, reading)| {
                let came = settled.came(response, reading)?;
                is_any = true;
                let changes = settled.changes(&came, reading);
                (changes != Some(Vec::new())).then_some(came)
            });
            let deviating = read.next();
            drop(read);
            if let Some(came) = deviating {
                settled.review = settled.kept(&path, &came, *update);
            } else if is_any {
                // What was left for review is settled.
                let _ = fs::remove_file(file::pending(&path));
            }
        }
        settled
    }

    /// What one of the answers breaks.
    #[must_use]
    pub fn judge(&self, response: &Response, reading: &Reading) -> Option<Violation> {
        let came = self.came(response, reading)?;
        let changes = self.changes(&came, reading);
        if changes.as_ref().is_some_and(Vec::is_empty) {
            return None;
        }
        let review = self.review.clone()?;
        let name = name_of(self.expectation);
        let (rule, expected, actual) = match changes {
            Some(changes) => (
                Rule::Snapshot,
                Promise::Envelope(name),
                Observed::OtherEnvelope { changes, review },
            ),
            None => (
                Rule::SnapshotUnreviewed,
                Promise::Reviewed(name),
                Observed::NoSnapshot(review),
            ),
        };
        let operation = &self.expectation.operation;
        let example = operation.response(self.expectation.format);
        Some(Violation {
            rule,
            family: Family::Snapshot,
            pointer: String::new(),
            member: String::new(),
            expected,
            actual,
            value: None,
            promised: example.map(|example| example.media_type),
        })
    }

    fn came(&self, response: &Response, reading: &Reading) -> Option<Vec<Line>> {
        let body = reading.body.as_deref()?;
        let hide = |text: &str| self.target.scrub(text);
        Some(envelope::of_answer(self.expectation, response, body, hide))
    }

    /// The lines that changed; `None` where there is nothing to compare with.
    fn changes(&self, came: &[Line], reading: &Reading) -> Option<Vec<LineChange>> {
        let reviewed = self.reviewed.as_deref()?;
        let compared = match self.snapshots {
            Snapshots::Builtin { exact: false } => {
                Compared::fixed(self.expectation, &reading.violations)
            }
            Snapshots::Builtin { exact: true } | Snapshots::Folder { .. } => {
                Compared::all(self.expectation)
            }
        };
        Some(envelope::changes(
            &envelope::read(reviewed),
            came,
            &compared,
        ))
    }

    /// Writes what deviates, where asked to; `None` where it is the snapshot now.
    fn kept(&self, path: &Path, came: &[Line], update: Update) -> Option<Review> {
        let text = envelope::text(came);
        let description = description(self.expectation);
        let is_unseen = self.reviewed.is_none();
        match file::keep(path, &description, &text, update, is_unseen) {
            Ok(Updated::Accepted) => None,
            Ok(Updated::Pending) => Some(Review::Pending(file::pending(path))),
            Ok(Updated::Nothing) => Some(Review::None),
            Err(error) => Some(Review::Unwritable {
                file: path.to_owned(),
                error: error.to_string(),
            }),
        }
    }
}

/// What the snapshot of a name holds that is built in for the profiles that share it.
fn builtin(shared_by: &str, name: &str) -> Option<&'static str> {
    let (_, _, file) = BUILTIN
        .iter()
        .find(|(of, builtin, _)| *of == shared_by && *builtin == name)?;
    // The header of insta's files ends with the second line of dashes.
    let (_, contents) = file.strip_prefix("---\n")?.split_once("\n---\n")?;
    Some(contents.trim_end())
}

fn description(expectation: &Expectation) -> String {
    let operation = &expectation.operation;
    format!(
        "the envelope of {} {} in {}",
        operation.method,
        operation.documented_path(),
        expectation.format
    )
}

fn file_name(expectation: &Expectation) -> String {
    format!("{}.snap", name_of(expectation))
}
