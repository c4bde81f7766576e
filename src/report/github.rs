//! What GitHub Actions shows beside the log: annotations at the pages' lines.
//!
//! They are workflow commands, so what stands in them is escaped as GitHub's own toolkit does, after all
//! that a portal chose has lost what would begin a command.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::check::count;
use crate::level::Level;
use crate::report::words::said;
use crate::report::{Block, Group, Report, findings, reason, remarks};

/// How many of a kind GitHub shows of one step.
const MOST: usize = 10;

/// Where a run takes place: GitHub knows files by their paths in the checkout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The folder of the checkout; nothing where it is not known.
    pub root: Option<PathBuf>,
    /// The folder in which the program was started.
    pub folder: PathBuf,
}

impl Checkout {
    /// A file as its path in the checkout, or as it is where it lies elsewhere.
    fn in_checkout(&self, name: &str) -> String {
        let inside = self.root.as_deref().and_then(|checkout| {
            let whole = lexical(&self.folder.join(name));
            let inside = whole.strip_prefix(lexical(checkout)).ok()?.to_owned();
            (!inside.as_os_str().is_empty()).then_some(inside)
        });
        let Some(inside) = inside else {
            return name.to_owned();
        };
        let parts = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }
}

/// A path without steps that lead nowhere or back.
fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// The findings as errors and the remarks as warnings, one in a line; what GitHub would not show is counted.
#[must_use]
pub fn annotations(report: &Report<'_>, place: &Checkout) -> String {
    let run = report.run;
    let mut out = String::new();
    let obstacle = run.obstacle.as_ref();
    let obstacle = obstacle.map(|obstacle| reason::obstacle(&run.target, obstacle));
    let misfit = run.misfit.as_ref().map(reason::misfit);
    for text in obstacle.into_iter().chain(misfit) {
        let properties = [("title", report.safe(reason::upshot(run)))];
        command(&mut out, "error", &properties, &report.safe(&text));
    }
    if run.obstacle.is_none() {
        for (word, blocks) in [("error", findings(run)), ("warning", remarks(run))] {
            let all = blocks
                .iter()
                .flat_map(|block| block.groups.iter().map(move |group| (block, group)));
            let all: Vec<_> = all.collect();
            // The last one counts those that have no room.
            let shown = if all.len() > MOST {
                MOST - 1
            } else {
                all.len()
            };
            for (block, group) in &all[..shown] {
                annotation(&mut out, (report, place), word, block, group);
            }
            if all.len() > shown {
                let rest = count(all.len() - shown, "more finding");
                let properties = [("title", rest.clone())];
                command(&mut out, word, &properties, &format!("{rest}: see the log"));
            }
        }
    }
    out
}

fn annotation(
    out: &mut String,
    (report, place): (&Report<'_>, &Checkout),
    word: &str,
    block: &Block<'_>,
    group: &Group<'_>,
) {
    let first = group.seen[0];
    let source = &report.contract.operations[block.outcome.operation].source;
    let mut properties = Vec::new();
    if let Some(span) = first.violation.promised {
        let pos = source.pos(span.start);
        let is_builtin = report.run.subject.pages.is_empty();
        let file = if is_builtin {
            source.name.to_string()
        } else {
            place.in_checkout(source.file_at(span.start))
        };
        properties.push(("file", report.safe(&file)));
        properties.push(("line", pos.line.to_string()));
        properties.push(("col", pos.column.to_string()));
    }
    properties.push(("title", group.id.to_string()));
    let place = match first.violation.pointer.as_str() {
        "" => "answer",
        pointer => pointer,
    };
    let more = match group.members().len() {
        0 | 1 => String::new(),
        members => format!(" (and {})", count(members - 1, "other member")),
    };
    let kind = match block.level {
        Level::Deny => "",
        Level::Warn | Level::Allow => "remark: ",
    };
    let text = format!("{kind}{}: {place}: {}{more}", block.outcome.id, said(first));
    command(out, word, &properties, &report.safe(&text));
}

/// One workflow command.
fn command(out: &mut String, word: &str, properties: &[(&str, String)], message: &str) {
    let properties = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)));
    let properties: Vec<String> = properties.collect();
    let _ = writeln!(
        out,
        "::{word} {}::{}",
        properties.join(","),
        data(message.trim())
    );
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_path_in_the_checkout() {
        let place = |checkout: Option<&str>, folder: &str| Checkout {
            root: checkout.map(PathBuf::from),
            folder: folder.into(),
        };
        for (place, name, expected) in [
            (place(Some("/w/x"), "/w/x"), "pages/a.txt", "pages/a.txt"),
            (
                place(Some("/w/x"), "/w/x/api"),
                "pages/a.txt",
                "api/pages/a.txt",
            ),
            (
                place(Some("/w/x"), "/w/x/api"),
                "../pages/./a.txt",
                "pages/a.txt",
            ),
            (
                place(Some("/w/x/"), "/w"),
                "/w/x/pages/a.txt",
                "pages/a.txt",
            ),
            (
                place(Some("/w/x"), "/w/x"),
                "/elsewhere/a.txt",
                "/elsewhere/a.txt",
            ),
            (place(Some("/w/x"), "/w/x"), "../xy/a.txt", "../xy/a.txt"),
            (place(None, "/w/x"), "pages/a.txt", "pages/a.txt"),
        ] {
            assert_eq!(place.in_checkout(name), expected, "{place:?}");
        }
    }

    #[test]
    fn nothing_in_a_command_ends_it_or_begins_another() {
        let mut out = String::new();
        let file = "a,line=1::b\n%0A".to_owned();
        command(&mut out, "error", &[("file", file)], "100%\r\n::warning::x");
        assert_eq!(
            out,
            "::error file=a%2Cline=1%3A%3Ab%0A%250A::100%25%0D%0A::warning::x\n"
        );
    }
}
