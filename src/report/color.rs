//! Colours for the report that a person reads on a terminal.

use anstyle::{AnsiColor, Style};

use crate::exit_code::ExitCode;

const FAILED: Style = AnsiColor::Red.on_default().bold();
const KEPT: Style = AnsiColor::Green.on_default().bold();
const NOT_JUDGED: Style = AnsiColor::Yellow.on_default().bold();
/// The page: where it is and what is marked in it.
const PAGE: Style = AnsiColor::Blue.on_default().bold();
const GUTTER: Style = Style::new().dimmed();

/// The text report with colours: not a character of it is changed.
///
/// `code` is the run's own, for the colour of the last line.
#[must_use]
pub fn colored(text: &str, code: ExitCode) -> String {
    let verdict = match code {
        ExitCode::Conforms => KEPT,
        ExitCode::Violates => FAILED,
        _ => NOT_JUDGED,
    };
    let last = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let (body, summary) = text.split_at(last);
    let mut out: String = body.split_inclusive('\n').map(line).collect();
    let words = summary.trim_end();
    out.push_str(&painted(words, verdict));
    out.push_str(&summary[words.len()..]);
    out
}

fn line(line: &str) -> String {
    let content = line.trim_end_matches('\n');
    let end = &line[content.len()..];
    let text = content.trim_start();
    let indent = &content[..content.len() - text.len()];
    let painted = if let Some(name) = content.strip_suffix("FAILED")
        && name.ends_with(" ... ")
        && indent.is_empty()
    {
        format!("{name}{}", painted("FAILED", FAILED))
    } else if let Some(place) = text.strip_prefix("--> ")
        && !indent.is_empty()
    {
        format!("{indent}{} {place}", painted("-->", PAGE))
    } else if let Some((number, page)) = gutter(content) {
        let carets = page.trim_start_matches(' ');
        let gap = &page[..page.len() - carets.len()];
        let is_marked = number.trim().is_empty() && carets.starts_with('^');
        let page = if is_marked {
            format!("{gap}{}", painted(carets, PAGE))
        } else {
            page.to_owned()
        };
        format!("{}{page}", painted(&format!("{number}|"), GUTTER))
    } else {
        content.to_owned()
    };
    painted + end
}

/// The line number before a line of a page, and the line.
fn gutter(line: &str) -> Option<(&str, &str)> {
    let (number, page) = line.split_once('|')?;
    let is_number = number.bytes().all(|b| b == b' ' || b.is_ascii_digit());
    (is_number && number.starts_with("  ")).then_some((number, page))
}

fn painted(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
get-x::json::schema ... FAILED
  GET /x -> 200 application/json, 1 violation
  /a|b: expected integer, got null
     --> x.txt:7:5
   7 |     \"a\": 1, --> | FAILED
     |     ^^^^^^ documented here
  again: curl -sS 'http://x' | cat

1 case: 1 violate; 1 request in 0.01 s
the portal violates the contract (exit 1)
";

    #[test]
    fn nothing_but_colour_is_added() {
        for text in [TEXT, "", "\n", "x", "--> \n|", "  |\n"] {
            let colored = colored(text, ExitCode::Violates);
            assert_eq!(anstream::adapter::strip_str(&colored).to_string(), text);
        }
    }

    #[test]
    fn what_matters_is_painted() {
        let colored = colored(TEXT, ExitCode::Violates);
        let red = |text: &str| painted(text, FAILED);
        assert!(colored.contains(&format!(" ... {}\n", red("FAILED"))));
        assert!(colored.ends_with(&format!(
            "{}\n",
            red("the portal violates the contract (exit 1)")
        )));
        assert!(colored.contains(&painted("^^^^^^ documented here", PAGE)));
        assert!(colored.contains(&format!("     {} x.txt:7:5\n", painted("-->", PAGE))));
        // A member's name and a command line are neither a place nor a page.
        assert!(colored.contains("\n  /a|b: expected"));
        assert!(colored.contains("'http://x' | cat\n"));
    }
}
