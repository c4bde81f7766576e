//! What the parser refuses, as what XML does not have.

use crate::check::{Malformed, SyntaxFault};

/// What is wrong with the syntax.
pub(super) fn of(error: &roxmltree::Error) -> SyntaxFault {
    use roxmltree::Error;
    let what = match error {
        Error::DtdDetected => return SyntaxFault::Doctype,
        Error::InvalidXmlPrefixUri(_)
        | Error::UnexpectedXmlUri(_)
        | Error::UnexpectedXmlnsUri(_)
        | Error::InvalidElementNamePrefix(_)
        | Error::UnknownNamespace(..) => Malformed::Prefix,
        Error::UnexpectedCloseTag(..) | Error::UnexpectedEntityCloseTag(_) => Malformed::EndTag,
        Error::UnknownEntityReference(..)
        | Error::MalformedEntityReference(_)
        | Error::EntityReferenceLoop(_)
        | Error::EntityResolver(..) => Malformed::Reference,
        Error::InvalidAttributeValue(_) => Malformed::Attribute,
        Error::DuplicatedAttribute(..) | Error::DuplicatedNamespace(..) => {
            Malformed::DoubledAttribute
        }
        Error::NoRootNode => Malformed::NoElement,
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => Malformed::Unclosed,
        Error::UnexpectedDeclaration(_) => Malformed::Declaration,
        Error::InvalidName(_) => Malformed::Name,
        Error::NonXmlChar(..) => Malformed::Character,
        Error::InvalidComment(_) => Malformed::Comment,
        Error::InvalidCharacterData(_) => Malformed::SectionEnd,
        Error::NodesLimitReached
        | Error::AttributesLimitReached
        | Error::NamespacesLimitReached
        | Error::InvalidChar(..)
        | Error::InvalidChar2(..)
        | Error::InvalidString(..)
        | Error::InvalidExternalID(_)
        | Error::UnknownToken(_) => Malformed::Misplaced,
    };
    let pos = error.pos();
    SyntaxFault::Markup {
        what,
        line: pos.row as usize,
        column: pos.col as usize,
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        reason = "what a test parses it has made itself"
    )]

    use roxmltree::Document;

    use super::*;

    #[test]
    fn what_the_parser_refuses_is_told_as_what_xml_does_not_have() {
        for (text, expected) in [
            ("<a>\n<b></a>", Malformed::EndTag),
            ("<a>\n<b>", Malformed::Unclosed),
            ("\n<!-- nothing -->", Malformed::NoElement),
            ("<a>\n<x:b/></a>", Malformed::Prefix),
            ("<a>\n<b c='1' c='2'/></a>", Malformed::DoubledAttribute),
            ("<a>\n<b c='<'/></a>", Malformed::Misplaced),
            ("<a>\n&nbsp;</a>", Malformed::Reference),
            ("<a>\n& b</a>", Malformed::Reference),
            ("<a>\n<!-- a -- b --></a>", Malformed::Comment),
            ("<a>\n]]></a>", Malformed::SectionEnd),
            ("<a>\n\u{1}</a>", Malformed::Character),
            ("<a>\n<1/></a>", Malformed::Name),
            ("<a/>\n<?xml version='1.0'?>", Malformed::Declaration),
            ("<a>\n<b c=1/></a>", Malformed::Misplaced),
            ("<a/>\ntext", Malformed::Misplaced),
        ] {
            let error = Document::parse(text).unwrap_err();
            let SyntaxFault::Markup { what, line, column } = of(&error) else {
                panic!("{text}: {error}");
            };
            assert_eq!(what, expected, "{text}: {error:?}");
            assert!(line > 0 && column > 0, "{text}: {error:?}");
        }
        let doctype = Document::parse("<!DOCTYPE a><a/>").unwrap_err();
        assert_eq!(of(&doctype), SyntaxFault::Doctype);
    }
}
