//! The files of an adoption: the profile, what is proposed for it, and what that rests on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::UsageError;
use crate::cli::args::Adopt as Options;
use crate::digest::Digest;
use crate::draft;
use crate::input;

/// The largest file of answers that is read.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// What the first line of a written profile says before the digest of the rest.
const HEAD: &str = "# Written by `portal-conformance adopt`; the rest has ";

/// The files.
pub(super) struct Files {
    /// The profile.
    pub(super) profile: PathBuf,
    /// What is proposed for it.
    pub(super) proposal: PathBuf,
    /// The answers that it rests on.
    pub(super) evidence: PathBuf,
}

impl Files {
    /// The files that the options name.
    pub(super) fn of(options: &Options) -> Result<Self, UsageError> {
        let name = options.portal.target.as_deref().unwrap_or("portal");
        let named = options.out.clone();
        let profile = named.unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
        let is_toml = profile.extension().is_some_and(|end| end == "toml");
        if !is_toml {
            return Err(UsageError(format!(
                "--out {}: expected the name of a profile, which ends with .toml",
                profile.display()
            )));
        }
        let files = Self {
            proposal: profile.with_extension("toml.new"),
            evidence: profile.with_extension("toml.har"),
            profile,
        };
        // What somebody recorded is not written over.
        if options.from.contains(&files.evidence) {
            return Err(UsageError(format!(
                "--from {}: the answers of earlier runs count without it",
                files.evidence.display()
            )));
        }
        Ok(files)
    }

    /// What messages call the profile.
    pub(super) fn name(&self) -> String {
        let stem = self.profile.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// Sees to it that nothing is lost that somebody wrote: neither the proposal nor the profile may be edited.
    pub(super) fn check(&self) -> Result<(), UsageError> {
        if text(&self.proposal)?.is_some_and(|text| is_edited(&text)) {
            return Err(UsageError(format!(
                "{} was edited since it was proposed: accept it with --accept, or remove it",
                self.proposal.display()
            )));
        }
        draft::check(&self.proposal)
            .map_err(|error| UsageError(format!("{}: {error}", self.proposal.display())))
    }

    /// The answers that earlier runs left.
    pub(super) fn evidence(&self) -> Result<Option<String>, UsageError> {
        text(&self.evidence)
    }

    /// Writes what is proposed, and what it rests on.
    pub(super) fn write(&self, profile: &str, evidence: &str) -> Result<(), UsageError> {
        let text = format!("{HEAD}{}\n{profile}", Digest::of_text(profile));
        for (path, text) in [(&self.evidence, evidence), (&self.proposal, text.as_str())] {
            draft::write(path, text)
                .map_err(|error| UsageError(format!("cannot write {}: {error}", path.display())))?;
        }
        Ok(())
    }

    /// Makes what is proposed the profile, unless that would lose what somebody wrote.
    pub(super) fn accept(&self) -> Result<(), UsageError> {
        let Some(proposed) = text(&self.proposal)? else {
            return Err(UsageError(format!(
                "{} is not there: nothing was proposed",
                self.proposal.display()
            )));
        };
        crate::profile::parse(&self.proposal.to_string_lossy(), &proposed)
            .map_err(UsageError::of)?;
        if text(&self.profile)?.is_some_and(|text| is_edited(&text)) {
            return Err(UsageError(format!(
                "{} was edited, and would be lost: move it away, or take over by hand what {} says",
                self.profile.display(),
                self.proposal.display()
            )));
        }
        let renamed = fs::rename(&self.proposal, &self.profile);
        renamed.map_err(|error| UsageError(format!("{}: {error}", self.profile.display())))
    }
}

/// What stands in a file, where it is there.
fn text(path: &Path) -> Result<Option<String>, UsageError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => input::text_up_to(path, MAX_BYTES)
            .map(Some)
            .map_err(|error| UsageError(format!("{}: {error}", path.display()))),
    }
}

/// Whether a profile is not as it was written.
fn is_edited(text: &str) -> bool {
    let parts = text.split_once('\n');
    let written = parts.and_then(|(head, rest)| Some((head.strip_prefix(HEAD)?, rest)));
    written.is_none_or(|(digest, rest)| digest != Digest::of_text(rest).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Files {
        Files {
            profile: folder.join("x.toml"),
            proposal: folder.join("x.toml.new"),
            evidence: folder.join("x.toml.har"),
        }
    }

    const TEXT: &str = "extends = \"as-documented\"\nname = \"x\"\n";

    #[test]
    fn what_is_proposed_becomes_the_profile_once_it_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        assert!(files.accept().is_err());
        files.write(TEXT, "{}").unwrap();
        files.check().unwrap();
        files.accept().unwrap();
        assert!(!files.proposal.exists());
        assert!(fs::read_to_string(&files.profile).unwrap().ends_with(TEXT));
        // A profile that is as it was written gives way to the next one.
        files
            .write(&format!("{TEXT}[xml]\nroot = \"y\"\n"), "{}")
            .unwrap();
        files.accept().unwrap();
        assert!(fs::read_to_string(&files.profile).unwrap().contains("root"));
    }

    #[test]
    fn what_somebody_edited_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        files.write(TEXT, "{}").unwrap();
        let edited = fs::read_to_string(&files.proposal).unwrap() + "# mine\n";
        fs::write(&files.proposal, &edited).unwrap();
        let error = files.check().unwrap_err().to_string();
        assert!(error.contains("x.toml.new was edited"), "{error}");
        // The edited proposal is what is accepted, and the profile is then somebody's own.
        files.accept().unwrap();
        assert_eq!(fs::read_to_string(&files.profile).unwrap(), edited);
        files.check().unwrap();
        files.write(TEXT, "{}").unwrap();
        let error = files.accept().unwrap_err().to_string();
        assert!(
            error.contains("x.toml was edited, and would be lost"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&files.profile).unwrap(), edited);
    }

    #[test]
    fn a_proposal_that_is_no_profile_is_not_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        fs::write(&files.proposal, "name = 5\n").unwrap();
        assert!(files.accept().is_err());
        assert!(files.proposal.exists());
    }
}
