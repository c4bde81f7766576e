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
use std::path::PathBuf;

pub use file::{SnapshotError, Update};
pub use review::{Pending, Side, pending};

use crate::case::{Check, NotAsked, Plan};
use crate::check::{Expectation, Family, Observed, Promise, Reading, Review, Rule, Violation};
use crate::client::Response;
use crate::contract::{Contract, Format, OperationId};
use crate::profile::Profile;
use crate::target::Target;
use envelope::Compared;
use file::Kept;

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

/// Compares an answer with its reviewed snapshot; writes a new one where asked to.
#[must_use]
pub fn judge(
    expectation: &Expectation,
    response: &Response,
    reading: &Reading,
    target: &Target,
    snapshots: &Snapshots,
) -> Option<Violation> {
    let body = reading.body.as_deref()?;
    let came = envelope::of_answer(expectation, response, body, |text| target.scrub(text));
    let (reviewed, compared) = match snapshots {
        Snapshots::Builtin { exact } => {
            let compared = if *exact {
                Compared::all()
            } else {
                Compared::fixed(expectation, &reading.violations)
            };
            let reviewed = builtin(&expectation.profile.snapshots, &name_of(expectation));
            (reviewed.map(str::to_owned), compared)
        }
        Snapshots::Folder { path, .. } => {
            let reviewed = file::load(&path.join(file_name(expectation)));
            (reviewed, Compared::all())
        }
    };
    let changes = reviewed
        .as_deref()
        .map(|reviewed| envelope::changes(&envelope::read(reviewed), &came, &compared));
    let is_same = changes.as_ref().is_some_and(Vec::is_empty);
    let mut review = Review::None;
    if let Snapshots::Folder { path, update } = snapshots {
        let path = path.join(file_name(expectation));
        let pending = file::pending(&path);
        if is_same {
            // What was left for review is settled.
            let _ = fs::remove_file(pending);
            return None;
        }
        let text = envelope::text(&came);
        let description = description(expectation);
        match file::keep(&path, &description, &text, *update, changes.is_none()) {
            Ok(Kept::Accepted) => return None,
            Ok(Kept::Pending) => review = Review::Pending(pending),
            Ok(Kept::Nothing) => {}
            Err(error) => {
                review = Review::Unwritable {
                    file: path,
                    error: error.to_string(),
                };
            }
        }
    } else if is_same {
        return None;
    }
    let (rule, expected, actual) = match changes {
        Some(changes) => (
            Rule::Snapshot,
            Promise::Envelope(name_of(expectation)),
            Observed::OtherEnvelope { changes, review },
        ),
        None => (
            Rule::SnapshotUnreviewed,
            Promise::Reviewed(name_of(expectation)),
            Observed::NoSnapshot(review),
        ),
    };
    let example = expectation.operation.response(expectation.format);
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
        operation.method, operation.path, expectation.format
    )
}

fn file_name(expectation: &Expectation) -> String {
    format!("{}.snap", name_of(expectation))
}
