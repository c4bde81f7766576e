//! What makes a text XML beyond what the parser looks at.
//!
//! The parser takes any version, names with a colon at either end, and some more. Here a text that the
//! parser took is read once more, tag by tag, after XML 1.0 (fifth edition) and Namespaces in XML 1.0.

use crate::check::{Malformed, SyntaxFault};

/// The first thing in a parsed text that is not well-formed after all.
pub(super) fn fault(text: &str) -> Option<SyntaxFault> {
    let mut reader = Reader {
        text,
        at: 0,
        has_odd_characters: text.bytes().any(may_be_of_no_character),
        has_references: text.contains('&'),
    };
    let what = reader.document().err()?;
    let before = text.get(..reader.at).unwrap_or(text);
    let (line, column) = match before.rsplit_once('\n') {
        Some((lines, line)) => (lines.matches('\n').count() + 2, line.chars().count() + 1),
        None => (1, before.chars().count() + 1),
    };
    Some(SyntaxFault::Markup { what, line, column })
}

type Step = Result<(), Malformed>;

/// Reads on from a byte of a text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether a character of the text may be none of XML.
    has_odd_characters: bool,
    has_references: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn starts_with(&self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    fn skip(&mut self, token: &str) -> bool {
        let is_there = self.starts_with(token);
        if is_there {
            self.at += token.len();
        }
        is_there
    }

    /// Takes what stands before a token or, without one, all that is left.
    fn until(&mut self, token: &str) -> &'a str {
        let rest = self.rest();
        let before = rest.find(token).map_or(rest, |end| &rest[..end]);
        self.at += before.len();
        before
    }

    /// Whether there was white space.
    fn space(&mut self) -> bool {
        let rest = self.rest();
        let after = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.at += rest.len() - after.len();
        rest.len() > after.len()
    }

    fn document(&mut self) -> Step {
        let is_declared =
            self.starts_with("<?xml") && self.rest()[5..].starts_with([' ', '\t', '\r', '\n', '?']);
        if is_declared {
            self.declaration()?;
        }
        let mut open: Vec<&str> = Vec::new();
        while !self.rest().is_empty() {
            let from = self.at;
            let text = self.until("<");
            self.content(text, from)?;
            if self.skip("<!--") {
                let from = self.at;
                let text = self.until("-->");
                self.characters(text, from)?;
                self.skip("-->");
            } else if self.skip("<![CDATA[") {
                let from = self.at;
                let text = self.until("]]>");
                self.characters(text, from)?;
                self.skip("]]>");
            } else if self.skip("<?") {
                self.instruction()?;
            } else if self.skip("</") {
                self.end_tag(&mut open)?;
            } else if self.skip("<") {
                self.start_tag(&mut open)?;
            }
        }
        Ok(())
    }

    /// XML 1.0, 2.8: a version, then perhaps an encoding, then perhaps `standalone`. Documents should name
    /// no other version than 1.0: the first four editions refuse the others, and so do most parsers.
    fn declaration(&mut self) -> Step {
        self.skip("<?xml");
        let mut allowed = ["version", "encoding", "standalone"].iter();
        let mut is_first = true;
        loop {
            let has_space = self.space();
            if self.skip("?>") {
                return if is_first {
                    Err(Malformed::Declaration)
                } else {
                    Ok(())
                };
            }
            let from = self.at;
            let (name, value) = self.pair()?;
            let is_known = allowed.any(|known| *known == name);
            if !has_space || !is_known || (is_first && name != "version") {
                self.at = from;
                return Err(Malformed::Declaration);
            }
            is_first = false;
            let is_right = match name {
                "version" if value != "1.0" => {
                    self.at = from;
                    return Err(Malformed::Version);
                }
                "encoding" => {
                    value.starts_with(|c: char| c.is_ascii_alphabetic())
                        && value
                            .bytes()
                            .all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c))
                }
                "standalone" => matches!(value, "yes" | "no"),
                _ => true,
            };
            if !is_right {
                self.at = from;
                return Err(Malformed::Declaration);
            }
        }
    }

    /// A name, `=` and a value in quotes.
    fn pair(&mut self) -> Result<(&'a str, &'a str), Malformed> {
        let name = self.name();
        self.space();
        if !self.skip("=") {
            return Err(Malformed::Attribute);
        }
        self.space();
        let quote = ["\"", "'"].into_iter().find(|quote| self.skip(quote));
        let quote = quote.ok_or(Malformed::Attribute)?;
        let value = self.until(quote);
        if !self.skip(quote) {
            return Err(Malformed::Attribute);
        }
        Ok((name, value))
    }

    /// All that could be a name.
    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let ends = |byte: u8| b" \t\r\n=/><?\"'&".contains(&byte);
        let name = rest.bytes().position(ends).map_or(rest, |end| &rest[..end]);
        self.at += name.len();
        name
    }

    /// Namespaces in XML 1.0, 4: a name, or two with one colon between.
    fn qualified(&mut self) -> Result<&'a str, Malformed> {
        let from = self.at;
        let name = self.name();
        let (prefix, local) = name.split_once(':').unwrap_or(("a", name));
        if is_name(prefix) && is_name(local) {
            Ok(name)
        } else {
            self.at = from;
            Err(Malformed::Name)
        }
    }

    /// XML 1.0, 2.6, and Namespaces in XML 1.0, 7: no `xml` in any letter case, and no colon.
    fn instruction(&mut self) -> Step {
        let from = self.at;
        let target = self.name();
        if !is_name(target) || target.eq_ignore_ascii_case("xml") {
            self.at = from;
            return Err(Malformed::Name);
        }
        if !self.space() && !self.starts_with("?>") {
            return Err(Malformed::Space);
        }
        let from = self.at;
        let text = self.until("?>");
        self.characters(text, from)?;
        self.skip("?>");
        Ok(())
    }

    fn start_tag(&mut self, open: &mut Vec<&'a str>) -> Step {
        let element = self.qualified()?;
        loop {
            let has_space = self.space();
            if self.skip("/>") {
                return Ok(());
            }
            if self.skip(">") {
                open.push(element);
                return Ok(());
            }
            if !has_space {
                return Err(Malformed::Space);
            }
            let from = self.at;
            self.qualified()?;
            self.at = from;
            let (name, value) = self.pair()?;
            let after = self.at;
            self.at = from;
            // Namespaces in XML 1.0, 5 and 3: a prefix cannot be undeclared, and `xmlns` is none to declare.
            let is_no_prefix = name.starts_with("xmlns:") && value.is_empty();
            if value.contains('<') || is_no_prefix || name == "xmlns:xmlns" {
                return Err(Malformed::Attribute);
            }
            self.content(value, from)?;
            self.at = after;
        }
    }

    fn end_tag(&mut self, open: &mut Vec<&'a str>) -> Step {
        let from = self.at;
        let rest = self.rest();
        // Most are the name of the start tag, which is known to be one.
        let is_of_last = |name: &&str| {
            rest.strip_prefix(*name)
                .is_some_and(|rest| rest.starts_with('>'))
        };
        if let Some(name) = open.pop_if(|name| is_of_last(&&**name)) {
            self.at += name.len() + 1;
            return Ok(());
        }
        let name = self.qualified()?;
        self.space();
        if open.pop() != Some(name) || !self.skip(">") {
            self.at = from;
            return Err(Malformed::EndTag);
        }
        Ok(())
    }

    /// XML 1.0, 2.2: which characters there are.
    fn characters(&mut self, text: &str, from: usize) -> Step {
        if !self.has_odd_characters {
            return Ok(());
        }
        match text.find(|c| !is_character(c)) {
            Some(at) => {
                self.at = from + at;
                Err(Malformed::Character)
            }
            None => Ok(()),
        }
    }

    /// The same, and XML 1.0, 4.1: which references there are without a DTD.
    fn content(&mut self, text: &str, from: usize) -> Step {
        self.characters(text, from)?;
        if !self.has_references {
            return Ok(());
        }
        for (at, _) in text.match_indices('&') {
            let name = text[at + 1..].split(';').next().unwrap_or("");
            let is_ended = text[at + 1 + name.len()..].starts_with(';');
            if !is_ended || !is_reference(name) {
                self.at = from + at;
                return Err(Malformed::Reference);
            }
        }
        Ok(())
    }
}

/// The text between `&` and `;`.
fn is_reference(name: &str) -> bool {
    let digits = |digits: &str, radix| {
        let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        let code = u32::from_str_radix(digits, radix).ok();
        is_number && code.and_then(char::from_u32).is_some_and(is_character)
    };
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix('x') {
            Some(number) => digits(number, 16),
            None => digits(number, 10),
        },
        None => matches!(name, "amp" | "lt" | "gt" | "apos" | "quot"),
    }
}

/// Whether a byte of UTF-8 belongs to one of the few characters that XML does not have, or may do so.
fn may_be_of_no_character(byte: u8) -> bool {
    // U+FFFE and U+FFFF begin with EF.
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0xef
}

fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Namespaces in XML 1.0, 3: a name without a colon; XML 1.0, 2.3: its characters.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_plain) {
        return true;
    }
    let starts = |c: char| {
        matches!(c, 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
            | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let goes_on = |c: char| {
        starts(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    name.starts_with(starts) && name.chars().all(goes_on)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        reason = "what a test parses it has made itself"
    )]

    use super::*;

    fn what(text: &str) -> Option<Malformed> {
        match fault(text)? {
            SyntaxFault::Markup { what, .. } => Some(what),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_well_formed_is_left_alone() {
        for text in [
            "<a/>",
            "<?xml version=\"1.0\"?>\n<a></a >",
            "<?xml\nversion = '1.0'\tencoding='utf-8' standalone='no' ?><a/>",
            "<?xml version='1.0' standalone='yes'?><a/>",
            "<?xml-stylesheet href='a'?><a b='1' c=\"'&lt;'\" d = 'x'\n/><?end?>",
            "<a xmlns:xsi='urn:x' xmlns='urn:y'><xsi:b>&#x1F600; &#10; &amp;amp;</xsi:b></a>",
            "<a><!-- <b:> & --><![CDATA[ </:a> & ]]></a>",
            "<Ünïcödé.-1/>",
            "<a xmlns=''/>",
        ] {
            assert_eq!(fault(text), None, "{text}");
            assert!(roxmltree::Document::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_the_parser_takes_and_xml_does_not_have_is_found() {
        for (text, expected) in [
            ("<?xml version=\"1.7\"?><a/>", Malformed::Version),
            ("<?xml version='1.1'?><a/>", Malformed::Version),
            ("<?xml version='.0'?><a/>", Malformed::Version),
            ("<?xml version=''?><a/>", Malformed::Version),
            (
                "<?xml version='1.0' encoding='utf 8'?><a/>",
                Malformed::Declaration,
            ),
            (
                "<?xml version='1.0' standalone='maybe'?><a/>",
                Malformed::Declaration,
            ),
            ("<a></:a>", Malformed::Name),
            ("<:a></:a>", Malformed::Name),
            ("<a :b='1'/>", Malformed::Name),
            ("<?a:b c?><a/>", Malformed::Name),
            ("<?XML version='1.0'?><a/>", Malformed::Name),
            ("<?a\"b\"?><a/>", Malformed::Space),
        ] {
            assert_eq!(what(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_parsers_refuse_is_found_as_well() {
        for (text, expected) in [
            ("<?xml encoding='utf-8'?><a/>", Malformed::Declaration),
            ("<?xml?><a/>", Malformed::Declaration),
            (
                "<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>",
                Malformed::Declaration,
            ),
            ("<a></b>", Malformed::EndTag),
            ("<a b='1'c='2'/>", Malformed::Space),
            ("<a b=1/>", Malformed::Attribute),
            ("<a b='<'/>", Malformed::Attribute),
            ("<a b:c:d='1'/>", Malformed::Name),
            ("<1a/>", Malformed::Name),
            ("<a>&nbsp;</a>", Malformed::Reference),
            ("<a>&#0;</a>", Malformed::Reference),
            ("<a>&#x1F;</a>", Malformed::Reference),
            ("<a>&#+10;</a>", Malformed::Reference),
            ("<a>& b</a>", Malformed::Reference),
            ("<a>\u{1}</a>", Malformed::Character),
            ("<a><!-- \u{ffff} --></a>", Malformed::Character),
        ] {
            assert_eq!(what(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let fault = fault("<a>\n  ä<b></:b></a>");
        let expected = SyntaxFault::Markup {
            what: Malformed::Name,
            line: 2,
            column: 9,
        };
        assert_eq!(fault, Some(expected));
    }

    #[test]
    fn a_fault_of_each_kind_is_told_at_its_place() {
        for (text, line, column) in [
            ("<a>x & b</a>", 1, 6),
            ("<a>\n\n &b;&c;</a>", 3, 2),
            ("<a>\u{1}</a>", 1, 4),
            ("<a><!-- \u{1} --></a>", 1, 9),
            ("<a><![CDATA[x\u{1}]]></a>", 1, 14),
            ("<?b c\u{1}?><a/>", 1, 6),
            ("<?:b?><a/>", 1, 3),
            ("<?xml version='1.1'?><a/>", 1, 7),
            ("<?xml version='1.0' version='1.0'?><a/>", 1, 21),
            ("<?xml version='1.0'encoding='utf-8'?><a/>", 1, 20),
            ("<a>\n</b>", 2, 3),
            ("<a>\n<b c='1'd='2'/></a>", 2, 9),
            ("<a>\r\n\t<:b/></a>", 2, 3),
            ("<a b='<'/>", 1, 4),
            ("<a xmlns:b=''/>", 1, 4),
            ("<a xmlns:xmlns='urn:b'/>", 1, 4),
        ] {
            match fault(text) {
                Some(SyntaxFault::Markup {
                    line: l, column: c, ..
                }) => assert_eq!((l, c), (line, column), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_declaration_has_its_parts_once_and_in_their_order() {
        for (declaration, is_fine) in [
            ("version='1.0'", true),
            ("version='1.0' encoding='UTF-8'", true),
            ("version='1.0' encoding='a1._-'", true),
            ("version='1.0' encoding='1a'", false),
            ("version='1.0' encoding=''", false),
            ("version='1.0' standalone='no'", true),
            ("version='1.0' encoding='a' standalone='yes'", true),
            ("version='1.0' other='a'", false),
            ("encoding='a'", false),
            ("standalone='yes'", false),
            ("version='1.0' version='1.0'", false),
            ("version", false),
            ("version=1.0", false),
            ("version='1.0", false),
        ] {
            let text = format!("<?xml {declaration}?><a/>");
            assert_eq!(fault(&text).is_none(), is_fine, "{text}");
        }
        // What only begins alike is another instruction.
        assert_eq!(fault("<?xmlx?><a/>"), None);
    }

    #[test]
    fn names_and_references_are_those_of_xml() {
        for (name, is_fine) in [
            ("a", true),
            ("_a", true),
            ("a-.9\u{b7}", true),
            ("-a", false),
            (".a", false),
            ("9a", false),
            ("\u{b7}a", false),
            ("", false),
            ("a b", false),
            ("a\u{d7}", false),
            ("a:b", false),
        ] {
            assert_eq!(is_name(name), is_fine, "{name}");
        }
        for (name, is_fine) in [
            ("amp", true),
            ("lt", true),
            ("gt", true),
            ("apos", true),
            ("quot", true),
            ("nbsp", false),
            ("", false),
            ("#", false),
            ("#x", false),
            ("#65", true),
            ("#x41", true),
            ("#xg", false),
            ("#4a", false),
            ("#-1", false),
            ("#8", false),
            ("#9", true),
            ("#xd800", false),
            ("#x110000", false),
            ("#x10ffff", true),
        ] {
            assert_eq!(is_reference(name), is_fine, "{name}");
        }
    }
}
