//! A contract as schemas that any toolchain can run: JSON Schema 2020-12 and RELAX NG.
//!
//! In come an operation and a profile, out come texts; `schemas/<slug>/` on disk holds those of the
//! built-in pages. Shapes that stand in several places are written once: under `$defs`, and as named
//! patterns.

mod definitions;
mod domain;
mod evidence;
mod json;
mod openapi;
mod parameter;
mod relax_ng;
mod signature;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use json::{request, response};
pub use openapi::{Notation, openapi};
pub use relax_ng::relax_ng;

use crate::contract::{Contract, Format, OperationId};
use crate::draft;
use crate::input;
use crate::profile::Profile;
use crate::schema::evidence::Evidence;
use crate::shares::side_by_side;

/// How many files are written at a time.
const WRITERS: usize = 6;

/// The schemas of a contract as files: path below the folder, text.
pub type Files = BTreeMap<PathBuf, String>;

/// How a folder differs from what the pages imply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// The file is not there.
    Missing(PathBuf),
    /// The file holds something else.
    Changed(PathBuf),
    /// No page implies this file.
    Superfluous(PathBuf),
}

/// Writes the schemas of all operations: the same bytes on every run.
///
/// `request.schema.json` for each operation; `response.schema.json` and `response.rng` where the page
/// has an example in that format.
#[must_use]
pub fn files(contract: &Contract, profile: &Profile) -> Files {
    let mut files = Files::new();
    let evidence = Evidence::of(contract, profile);
    for operation in &contract.operations {
        let folder = Path::new(operation.id.as_str());
        let mut add = |name: &str, text: String| files.insert(folder.join(name), text);
        add("request.schema.json", pretty(&request(operation)));
        if let Some(answer) = profile.answer(operation, Format::Json) {
            add(
                "response.schema.json",
                pretty(&json::response_of(operation, &answer, &evidence)),
            );
        }
        if let Some(answer) = profile.answer(operation, Format::Xml) {
            add("response.rng", relax_ng(&answer));
        }
    }
    signature::sign(&mut files);
    files
}

/// Writes the files into a folder and removes what no page implies any more.
///
/// # Errors
///
/// What the file system says, or that a file is in the way that this generator never wrote; nothing is
/// written then.
pub fn write(folder: &Path, files: &Files) -> io::Result<Vec<Stale>> {
    let stale = stale(folder, files)?;
    for entry in &stale {
        if let Stale::Changed(path) = entry
            && !is_generated(folder, path)
        {
            return Err(io::Error::other(format!(
                "{} is no file that `generate` wrote: move it elsewhere, or give another folder",
                path.display()
            )));
        }
    }
    let mut wanted = Vec::new();
    for entry in &stale {
        match entry {
            Stale::Superfluous(path) => fs::remove_file(folder.join(path))?,
            Stale::Missing(path) | Stale::Changed(path) => {
                let target = folder.join(path);
                if let Some(parent) = target.parent() {
                    fs::create_dir_all(parent)?;
                }
                wanted.push((target, files[path].as_str()));
            }
        }
    }
    write_all(wanted)?;
    Ok(stale)
}

/// Writes files side by side, as each waits for the disk.
fn write_all(files: Vec<(PathBuf, &str)>) -> io::Result<()> {
    let share = files.len().div_ceil(WRITERS);
    let write_share = |share: Vec<(PathBuf, &str)>| -> io::Result<()> {
        let mut files = share.iter();
        files.try_for_each(|(target, text)| draft::write(target, text))
    };
    // All have ended before the first that went wrong is told.
    side_by_side(files, share, write_share)
        .into_iter()
        .collect()
}

/// Writes one document into a file, where it differs from what stands there.
///
/// # Errors
///
/// What the file system says, and that a file is there which this generator did not make.
pub fn write_document(file: &Path, text: &str) -> io::Result<Option<Stale>> {
    let stale = stale_document(file, text)?;
    if let Some(Stale::Changed(_)) = stale
        && !openapi::is_made(&fs::read(file)?)
    {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a file that `generate` did not make is there: name another, or remove it",
        ));
    }
    if stale.is_some() {
        draft::write(file, text)?;
    }
    Ok(stale)
}

/// Compares a file with the text of a document and changes nothing.
///
/// # Errors
///
/// What the file system says, but for a file that is not there.
pub fn stale_document(file: &Path, text: &str) -> io::Result<Option<Stale>> {
    match input::regular(file).and_then(|()| fs::read(file)) {
        Ok(found) if is_same_text(&found, text) => Ok(None),
        Ok(_) => Ok(Some(Stale::Changed(file.to_owned()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Some(Stale::Missing(file.to_owned())))
        }
        Err(error) => Err(error),
    }
}

/// Compares a folder with the files and changes nothing; sorted by path.
///
/// Only files that this generator wrote, and nobody has changed since, count as superfluous, which they
/// show themselves: a folder may hold others, of the same names too.
///
/// # Errors
///
/// What the file system says, but for files that are not there.
pub fn stale(folder: &Path, files: &Files) -> io::Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (path, text) in files {
        let place = folder.join(path);
        match input::regular(&place).and_then(|()| fs::read(&place)) {
            // A checkout may have given the lines other ends.
            Ok(found) if is_same_text(&found, text) => {}
            Ok(_) => stale.push(Stale::Changed(path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                stale.push(Stale::Missing(path.clone()));
            }
            Err(error) => return Err(error),
        }
    }
    for path in generated_in(folder)? {
        if !files.contains_key(&path) {
            stale.push(Stale::Superfluous(path));
        }
    }
    stale.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(stale)
}

impl Stale {
    /// The file, below the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing(path) | Self::Changed(path) | Self::Superfluous(path) => path,
        }
    }

    /// What is wrong with it, in one word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Changed(_) => "changed",
            Self::Superfluous(_) => "superfluous",
        }
    }
}

fn is_same_text(found: &[u8], text: &str) -> bool {
    let lines = found.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.eq(text.as_bytes().split(|byte| *byte == b'\n'))
}

fn generated_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    const NAMES: [&str; 3] = [
        "request.schema.json",
        "response.schema.json",
        "response.rng",
    ];
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let operation = PathBuf::from(entry.file_name());
            let paths = NAMES.iter().map(|name| operation.join(name));
            found.extend(paths.filter(|path| {
                let text = input::text(&folder.join(path));
                let is_signed = text.is_ok_and(|text| signature::is_signed(&text));
                is_signed && is_generated(folder, path)
            }));
        }
    }
    Ok(found)
}

/// Whether a file below a folder is one that this generator wrote, whoever changed it since: a grammar says so, and the title of a
/// schema names the operation that its folder is named after.
fn is_generated(folder: &Path, path: &Path) -> bool {
    let Ok(text) = input::text(&folder.join(path)) else {
        return false;
    };
    if path.extension().is_some_and(|extension| extension == "rng") {
        return text.contains(relax_ng::ABOUT);
    }
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let title = schema["title"].as_str().unwrap_or_default();
    let Some((method, rest)) = title.split_once(' ') else {
        return false;
    };
    let operation = ["request", "response"]
        .iter()
        .find_map(|of| rest.strip_suffix(of)?.strip_suffix(": "))
        .map(|path| OperationId::of(method, path));
    let name = path.parent().and_then(Path::to_str).unwrap_or_default();
    // A number tells operations apart whose paths make one name.
    operation.is_some_and(|operation| {
        let number = name.strip_prefix(operation.as_str());
        number.is_some_and(|number| {
            let digits = number.strip_prefix('-');
            number.is_empty() || digits.is_some_and(|digits| digits.parse::<u32>().is_ok())
        })
    })
}

fn pretty(schema: &serde_json::Value) -> String {
    format!("{schema:#}\n")
}
