//! xmllint, the judge of RELAX NG. In CI it must be there.

use std::collections::HashMap;
use std::io::Write;
use std::process::Command;

/// What xmllint said of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It is one of the grammar's.
    Valid,
    /// It is XML and none of the grammar's.
    Invalid,
    /// It is no XML.
    NotXml,
}

/// How many files one call takes, below any limit of a command line.
const AT_ONCE: usize = 500;

/// Judges texts by a grammar; `None` without xmllint, which is told and, in CI, a failure.
pub(crate) fn judge_all(grammar: &str, texts: &[String]) -> Option<Vec<Judged>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("grammar.rng"), grammar).unwrap();
    let mut judged = Vec::new();
    for (at, texts) in texts.chunks(AT_ONCE).enumerate() {
        let names: Vec<String> = (0..texts.len()).map(|n| format!("{at}-{n}.xml")).collect();
        for (name, text) in names.iter().zip(texts) {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut command = Command::new("xmllint");
        command.current_dir(folder.path());
        command.args([
            "--noout",
            "--huge",
            "--nowarning",
            "--relaxng",
            "grammar.rng",
        ]);
        let Ok(output) = command.args(&names).output() else {
            missing();
            return None;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("failed to compile"), "{said}");
        let lines: HashMap<&str, Judged> = said.lines().filter_map(verdict).collect();
        judged.extend(names.iter().map(|name| {
            let judged = lines.get(name.as_str());
            judged.copied().unwrap_or(Judged::NotXml)
        }));
    }
    Some(judged)
}

fn verdict(line: &str) -> Option<(&str, Judged)> {
    if let Some(name) = line.strip_suffix(" fails to validate") {
        return Some((name, Judged::Invalid));
    }
    Some((line.strip_suffix(" validates")?, Judged::Valid))
}

fn missing() {
    assert!(
        std::env::var_os("CI").is_none_or(|value| value != "true"),
        "xmllint is missing: install libxml2-utils"
    );
    // Straight to stderr, which the test harness does not capture.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: xmllint is missing, install libxml2-utils"
    );
}
