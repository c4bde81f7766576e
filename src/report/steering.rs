//! What a portal chose cannot speak to whoever reads a log: terminals and CI servers.

/// The words of GitHub's workflow commands, which stand between two pairs of colons.
const COMMANDS: [&str; 15] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// Whether a character steers a terminal, turns the direction of what follows, or is none of XML 1.0's.
pub(super) fn steers(c: char) -> bool {
    let is_directional = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_no_character = matches!(c, '\u{fffe}' | '\u{ffff}');
    is_directional || is_no_character || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Whether a character shows nothing and is no blank, such as an empty pattern of Braille, or ends a line for some readers only: a name with
/// one looks like another name.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2800}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A text in which no CI server finds a command: `##[`, `##vso[`, `##teamcity[` (those of
/// Azure Pipelines and `TeamCity`) and `::error` and its like are broken up, wherever they stand in a line.
pub(super) fn without_commands(text: &str) -> String {
    if !text.contains("##") && !text.contains("::") {
        return text.to_owned();
    }
    let mut broken = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(['#', ':']) {
        let (before, from) = rest.split_at(at);
        broken.push_str(before);
        let mark = &from[..1];
        broken.push_str(mark);
        if begins_command(from) {
            broken.push(' ');
        }
        rest = &from[1..];
    }
    broken.push_str(rest);
    broken
}

/// Whether a text begins with what a CI server takes for a command.
fn begins_command(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("##") {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        return word.starts_with('[');
    }
    text.strip_prefix("::").is_some_and(|rest| {
        COMMANDS.iter().any(|command| {
            let start = rest.get(..command.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(command))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_broken_up_wherever_they_stand() {
        for (text, shown) in [
            (
                "##vso[task.setvariable x=y]z",
                "# #vso[task.setvariable x=y]z",
            ),
            ("a ##teamcity[testStarted]", "a # #teamcity[testStarted]"),
            ("x##[error]y", "x# #[error]y"),
            ("::set-output name=a::b", ": :set-output name=a::b"),
            ("a ::ERROR file=x::y", "a : :ERROR file=x::y"),
            (":::error::", ":: :error::"),
            ("###[x", "## #[x"),
        ] {
            assert_eq!(without_commands(text), shown);
            assert_eq!(
                without_commands(shown),
                shown,
                "nothing is left to break up"
            );
        }
    }

    #[test]
    fn what_nobody_sees_is_told_from_letters_and_marks() {
        for c in [
            '\u{200b}',
            '\u{200d}',
            '\u{200f}',
            '\u{2028}',
            '\u{2060}',
            '\u{feff}',
            '\u{e0001}',
            '\u{2800}',
            '\u{1bca0}',
            '\u{1d159}',
        ] {
            assert!(is_unseen(c) && !steers(c), "{}", c.escape_unicode());
        }
        for c in [
            'a',
            ' ',
            '\u{e9}',
            '\u{301}',
            '\u{5d0}',
            '\u{627}',
            '\u{1f512}',
            '\u{2026}',
            '\u{2801}',
        ] {
            assert!(!is_unseen(c), "{}", c.escape_unicode());
        }
    }

    #[test]
    fn other_signs_stay() {
        for text in [
            "get-crm-contact-contactid::json::refusal::no-token",
            "## A title",
            "a # b : c",
            "::",
            "##",
            "::é",
        ] {
            assert_eq!(without_commands(text), text);
        }
    }
}
