//! Text whose parts have a meaning, and the colours of these meanings on a terminal.

use std::fmt;

use anstyle::{AnsiColor, Style};

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
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Failed | Self::Verdict(ExitCode::Violates) => AnsiColor::Red.on_default().bold(),
            Self::Verdict(ExitCode::Conforms) => AnsiColor::Green.on_default().bold(),
            Self::Remark | Self::Verdict(_) => AnsiColor::Yellow.on_default().bold(),
            Self::Page => AnsiColor::Blue.on_default().bold(),
            Self::Gutter => Style::new().dimmed(),
        }
    }
}

/// A text in parts; what is written to it is plain, unless it is [put](Self::put).
#[derive(Debug, Default)]
pub(super) struct Toned {
    parts: Vec<(Tone, String)>,
}

impl Toned {
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

    /// The text with colours, every part of it as `safe` has it.
    ///
    /// Nothing is coloured where `safe` finds more in the whole than in its parts.
    pub(super) fn colored(&self, safe: impl Fn(&str) -> String) -> String {
        let whole = safe(&self.plain());
        let parts = self.parts.iter();
        let parts: Vec<(Tone, String)> = parts.map(|(tone, text)| (*tone, safe(text))).collect();
        if parts
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<String>()
            != whole
        {
            return whole;
        }
        let painted = parts.iter().map(|(tone, text)| match tone {
            Tone::Plain => text.clone(),
            tone => format!("{style}{text}{style:#}", style = tone.style()),
        });
        painted.collect()
    }
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
        let colored = text.colored(str::to_owned);
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
        let colored = toned().colored(hiding("sesame"));
        assert!(colored.contains("FAILED …\n") && colored.contains('\u{1b}'));
        let across = toned().colored(hiding(" ... FAILED"));
        assert_eq!(across, "get-x…\n  --> FAILED sesame\nnot judged");
    }
}
