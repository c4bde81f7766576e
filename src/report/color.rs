//! Text whose parts have a meaning, and the colours of these meanings on a terminal.

use std::fmt;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::exit_code::ExitCode;

/// What a part of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing else.
    Plain,
    /// The word for a case that violates.
    Failed,
    /// The word for a case that shows what fails nothing.
    Remark,
    /// What the run says in the end.
    Verdict(ExitCode),
    /// What points at a page, or marks something in it.
    Page,
    /// What stands before a line of a page.
    Gutter,
    /// What is copied as it is: no line of it is broken.
    Copied,
    /// The same of what few need.
    Waiver,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain | Self::Copied => Style::new(),
            Self::Failed | Self::Verdict(ExitCode::Violates) => AnsiColor::Red.on_default().bold(),
            Self::Verdict(ExitCode::Conforms) => AnsiColor::Green.on_default().bold(),
            Self::Remark | Self::Verdict(_) => AnsiColor::Yellow.on_default().bold(),
            Self::Page => AnsiColor::Blue.on_default().bold(),
            Self::Gutter | Self::Waiver => Style::new().dimmed(),
        }
    }
}

/// A text in parts; what is written to it is plain, unless it is [put](Self::put).
#[derive(Debug, Default)]
pub(super) struct Toned {
    parts: Vec<(Tone, String)>,
    /// How many columns there are for it, where that is known.
    width: Option<usize>,
}

impl Toned {
    /// Nothing yet, of what a terminal of some width shows.
    pub(super) fn for_width(width: Option<usize>) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// How many columns are left beside what takes so many of them, where that is known.
    pub(super) fn room_beside(&self, taken: usize) -> Option<usize> {
        self.width.map(|width| width.saturating_sub(taken))
    }

    /// Adds a part.
    pub(super) fn put(&mut self, tone: Tone, text: &str) {
        match self.parts.last_mut() {
            Some((last, known)) if *last == tone => known.push_str(text),
            _ => self.parts.push((tone, text.to_owned())),
        }
    }

    /// The text alone.
    pub(super) fn plain(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The text as a terminal shows it: every part of it as `safe` has it, lines broken at a width, in
    /// colours or without.
    ///
    /// Nothing is coloured or broken where `safe` finds more in the whole than in its parts.
    pub(super) fn shown(&self, safe: impl Fn(&str) -> String, is_colored: bool) -> String {
        let whole = safe(&self.plain());
        let parts = self.parts.iter();
        let parts: Vec<(Tone, String)> = parts.map(|(tone, text)| (*tone, safe(text))).collect();
        let joined: String = parts.iter().map(|(_, text)| text.as_str()).collect();
        if joined != whole {
            return whole;
        }
        // What is broken was made safe before: no secret hides behind the end of a line.
        let parts = match self.width {
            Some(width) => broken(&parts, width),
            None => parts,
        };
        let painted = parts.iter().map(|(tone, text)| {
            let style = tone.style();
            if is_colored && style != Style::new() {
                format!("{style}{text}{style:#}")
            } else {
                text.clone()
            }
        });
        painted.collect()
    }
}

/// A text whose lines are broken between words, as findings are on a terminal.
#[must_use]
pub fn wrapped(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    let parts = broken(&[(Tone::Plain, text.to_owned())], width);
    parts.into_iter().map(|(_, text)| text).collect()
}

/// Breaks lines between words, but for those that hold a place in a page or something to be copied.
fn broken(parts: &[(Tone, String)], width: usize) -> Vec<(Tone, String)> {
    let mut lines: Vec<Vec<(Tone, String)>> = vec![Vec::new()];
    for (tone, text) in parts {
        for piece in text.split_inclusive('\n') {
            if let Some(line) = lines.last_mut() {
                line.push((*tone, piece.to_owned()));
            }
            if piece.ends_with('\n') {
                lines.push(Vec::new());
            }
        }
    }
    lines
        .into_iter()
        .flat_map(|line| broken_line(line, width))
        .collect()
}

fn broken_line(line: Vec<(Tone, String)>, width: usize) -> Vec<(Tone, String)> {
    let is_kept = |tone: &Tone| {
        matches!(
            tone,
            Tone::Page | Tone::Gutter | Tone::Copied | Tone::Waiver
        )
    };
    let whole: String = line.iter().map(|(_, text)| text.as_str()).collect();
    if line.iter().any(|(tone, _)| is_kept(tone)) || whole.trim_end().width() <= width {
        return line;
    }
    let indent = whole.len() - whole.trim_start_matches(' ').len();
    // Narrow terminals keep most of their room for words.
    let indent = (indent + 4).min(width / 4);
    let mut out = Vec::new();
    let mut column = 0;
    for (tone, text) in line {
        let mut shown = String::new();
        for word in text.split_inclusive(' ') {
            let room = word.trim_end().width();
            if column > indent && column + room > width {
                shown.truncate(shown.trim_end_matches(' ').len());
                shown.push('\n');
                shown.push_str(&" ".repeat(indent));
                column = indent;
            }
            shown.push_str(word);
            column += word.trim_end_matches('\n').width();
        }
        out.push((tone, shown));
    }
    out
}

impl fmt::Write for Toned {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(Tone::Plain, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn toned() -> Toned {
        let mut text = Toned::default();
        let _ = write!(text, "get-x ... ");
        text.put(Tone::Failed, "FAILED");
        let _ = write!(text, "\n  --> FAILED sesame\n");
        text.put(Tone::Verdict(ExitCode::NotJudged), "not judged");
        text
    }

    #[test]
    fn nothing_but_colour_is_added_and_only_where_it_is_put() {
        let text = toned();
        let plain = "get-x ... FAILED\n  --> FAILED sesame\nnot judged";
        assert_eq!(text.plain(), plain);
        let colored = text.shown(str::to_owned, true);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
        let red = Tone::Failed.style();
        let yellow = AnsiColor::Yellow.on_default().bold();
        let expected = format!(
            "get-x ... {red}FAILED{red:#}\n  --> FAILED sesame\n{yellow}not judged{yellow:#}"
        );
        assert_eq!(colored, expected);
    }

    #[test]
    fn what_is_hidden_stays_hidden_even_across_parts() {
        let hiding = |secret: &'static str| move |text: &str| text.replace(secret, "…");
        let colored = toned().shown(hiding("sesame"), true);
        assert!(colored.contains("FAILED …\n") && colored.contains('\u{1b}'));
        let mut narrow = toned();
        narrow.width = Some(9);
        let across = narrow.shown(hiding(" ... FAILED"), true);
        assert_eq!(across, "get-x…\n  --> FAILED sesame\nnot judged");
    }

    #[test]
    fn lines_are_broken_between_words_and_what_is_copied_is_not() {
        let mut text = Toned::default();
        let _ = write!(text, "get-crm-contact-contactid::json::schema ... ");
        text.put(Tone::Failed, "FAILED");
        let _ = writeln!(
            text,
            "\n  /response/Name: expected text of 1 to 3 characters, got a number"
        );
        text.put(
            Tone::Waiver,
            "  waive: { case = \"get-crm-contact-contactid::json::schema\", kind = \"type\" }\n",
        );
        text.put(
            Tone::Copied,
            "  again: curl -sS https://portal.example.com/api/2.0/crm/contact/1\n",
        );
        for width in [80, 50] {
            text.width = Some(width);
            let shown = text.shown(str::to_owned, false);
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                words(&shown),
                words(&text.plain()),
                "no word is lost or cut"
            );
            for line in shown.lines() {
                let is_copied = line.contains("waive:") || line.contains("again:");
                assert!(line.width() <= width || is_copied, "{width}: {line}");
            }
        }
        text.width = Some(50);
        let shown = text.shown(str::to_owned, false);
        let expected =
            "  /response/Name: expected text of 1 to 3\n      characters, got a number\n";
        assert!(shown.contains(expected), "{shown}");
    }
}
