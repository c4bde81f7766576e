//! The regular expressions of documents, which are those of ECMA-262 (JSON Schema 2020-12, 4.3).
//!
//! In comes one of them, out comes what the `regex` crate reads as the same, and a text that matches, where the
//! expression is a plain one.

/// The longest text that is made, in characters.
const MAX_SAMPLE: usize = 1_000;
/// How deep groups may stand in one another.
const MAX_NESTING: usize = 20;
/// What is tried for a class that says what it has not.
const OTHERS: &str = "a1A-_ .x";

/// An expression as the `regex` crate reads it: digits and letters of words are those of ASCII, and signs in a class
/// are themselves.
///
/// What has no like is left as it is.
pub(super) fn translated(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut is_in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let next = letters.next();
                let class = match next {
                    Some('d') => "0-9",
                    Some('w') => "0-9A-Za-z_",
                    Some('D') if !is_in_class => "^0-9",
                    Some('W') if !is_in_class => "^0-9A-Za-z_",
                    _ => {
                        whole.push('\\');
                        whole.extend(next);
                        continue;
                    }
                };
                if is_in_class {
                    whole.push_str(class);
                } else {
                    whole.extend(["[", class, "]"]);
                }
            }
            '[' if !is_in_class => {
                is_in_class = true;
                whole.push('[');
                if letters.peek() == Some(&'^') {
                    whole.extend(letters.next());
                }
            }
            ']' => {
                is_in_class = false;
                whole.push(']');
            }
            '[' => whole.push_str("\\["),
            // Twice, these are operators of the crate; a class has them once.
            '&' | '~' if is_in_class && letters.peek() == Some(&letter) => {}
            '-' if is_in_class && letters.peek() == Some(&'-') => {
                let is_first = whole.ends_with('[') || whole.ends_with("[^");
                if is_first {
                    whole.push_str("\\-");
                } else {
                    letters.next();
                    whole.push_str("-\\-");
                }
            }
            letter => whole.push(letter),
        }
    }
    whole
}

/// A text that an expression for whole texts matches, where it is made of literals, classes of ASCII, groups and
/// counts alone; such expressions mean the same to everybody.
pub(super) fn sample(text: &str) -> Option<String> {
    let inner = text.strip_prefix('^')?.strip_suffix('$')?;
    let mut reader = Reader { rest: inner };
    let made = reader.choices(0)?;
    reader.rest.is_empty().then_some(made)
}

/// What is left to read of an expression.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn take(&mut self, expected: &str) -> bool {
        let rest = self.rest.strip_prefix(expected);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What the first of several choices matches; all of them are read.
    fn choices(&mut self, depth: usize) -> Option<String> {
        let first = self.sequence(depth)?;
        while self.take("|") {
            self.sequence(depth)?;
        }
        Some(first)
    }

    fn sequence(&mut self, depth: usize) -> Option<String> {
        let mut made = String::new();
        while let Some(letter) = self.peek() {
            if matches!(letter, '|' | ')') {
                break;
            }
            let one = self.one(depth)?;
            let times = self.times()?;
            if made.len() + one.len() * times > MAX_SAMPLE {
                return None;
            }
            made.push_str(&one.repeat(times));
        }
        Some(made)
    }

    /// What is repeated as one.
    fn one(&mut self, depth: usize) -> Option<String> {
        match self.next()? {
            '(' if depth < MAX_NESTING => {
                let is_plain = self.take("?:") || self.peek() != Some('?');
                let made = self.choices(depth + 1).filter(|_| is_plain)?;
                self.take(")").then_some(made)
            }
            '[' => self.class().map(String::from),
            '\\' => self.escaped().map(String::from),
            '.' | '^' | '$' | '*' | '+' | '?' | '{' | '}' | ']' | '(' | ')' => None,
            letter => Some(letter.to_string()),
        }
    }

    /// A sign that stands for itself.
    fn escaped(&mut self) -> Option<char> {
        self.next().filter(char::is_ascii_punctuation)
    }

    /// A character of a class, after its bracket.
    fn class(&mut self) -> Option<char> {
        let is_other = self.take("^");
        let mut ranges = Vec::new();
        while !self.take("]") {
            let from = self.of_class()?;
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let to = if is_range {
                self.next();
                self.of_class()?
            } else {
                from
            };
            ranges.push(from..=to);
        }
        let first = ranges.first()?;
        if is_other {
            let has = |letter: &char| ranges.iter().any(|range| range.contains(letter));
            OTHERS.chars().find(|letter| !has(letter))
        } else {
            Some(*first.start())
        }
    }

    fn of_class(&mut self) -> Option<char> {
        let letter = match self.next()? {
            '\\' => self.escaped()?,
            letter => letter,
        };
        letter.is_ascii().then_some(letter)
    }

    /// How often something stands there at the least.
    fn times(&mut self) -> Option<usize> {
        let times = match self.peek() {
            Some('*' | '?') => {
                self.next();
                0
            }
            Some('+') => {
                self.next();
                1
            }
            Some('{') => {
                self.next();
                let (count, rest) = self.rest.split_once('}')?;
                self.rest = rest;
                let least = count.split_once(',').map_or(count, |(least, _)| least);
                least.parse().ok()?
            }
            _ => 1,
        };
        // As few as there can be, or as many, is the same for a whole text.
        self.take("?");
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::domain::Pattern;

    #[test]
    fn an_expression_is_read_as_documents_mean_it() {
        for (text, matching, other) in [
            ("^\\d+$", "42", "\u{664}"),
            ("^[\\d.]+$", "4.2", "\u{664}"),
            ("^\\w+$", "a_1", "\u{e4}"),
            ("^\\D$", "\u{664}", "4"),
            ("^[a-z&&[^b]+$", "a&[^b", "A"),
            ("^[+--]$", ",", "a"),
            ("^[--/]$", ".", ","),
            ("^[^[]$", "a", "["),
            ("^[~~x]$", "~", "y"),
            ("^[&&-*]$", "'", "+"),
            ("^a&&b~~$", "a&&b~~", "a&b~"),
            ("^a\\.b$", "a.b", "axb"),
        ] {
            let read = Pattern::within(&translated(text));
            let read = read.unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(read.is_match(matching), "{text} {matching}");
            assert!(!read.is_match(other), "{text} {other}");
        }
        let plain = "^(?:[A-Z]{2}|x-y)$";
        assert_eq!(translated(plain), plain);
    }

    #[test]
    fn a_plain_expression_has_a_text_that_it_matches() {
        for (text, expected) in [
            ("^[A-Z]{2}$", Some("AA")),
            ("^-?[0-9]+\\.[0-9]{2}$", Some("0.00")),
            ("^(red|blue)-[^a-z]{1,3}$", Some("red-1")),
            ("^(?:a(?:b){2})*c$", Some("c")),
            ("^[-_]x?$", Some("-")),
            ("^$", Some("")),
            // Any part, other letters than of ASCII, what is read in several ways, and what is too long.
            ("[A-Z]{2}", None),
            ("^\\w+$", None),
            ("^[\\d]$", None),
            ("^.$", None),
            ("^(?=a)a$", None),
            ("^\\bx$", None),
            ("^[\u{e4}]$", None),
            ("^a{2000}$", None),
            ("^(a$", None),
            ("^a)$", None),
            ("^a$|^b$", None),
        ] {
            let made = sample(text);
            assert_eq!(made.as_deref(), expected, "{text}");
            if let Some(made) = made {
                assert!(
                    Pattern::within(text).is_ok_and(|read| read.is_match(&made)),
                    "{text}"
                );
            }
        }
    }
}
