//! RELAX NG in its XML syntax, so that any XML toolchain can judge an answer.
//!
//! Members may stand in any order, lists are repeated elements, and an object that is not closed may
//! hold further elements of any kind. Attributes and namespaces are refused, as the pages show none.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::profile::{AnswerShape, Profile};
use crate::schema::definitions::Definitions;
use crate::shape::{Condition, Fraction, Kind, Member, Object, Shape, text::GUID_PATTERN};

/// A date-time without offset is none (RFC 3339, 5.6), though XML Schema takes it.
const OFFSET_PATTERN: &str = ".*(Z|[+\\-][0-9]{2}:[0-9]{2})";

/// Writes the schema of an answer in XML.
#[must_use]
pub fn relax_ng(answer: &AnswerShape, profile: &Profile) -> String {
    let definitions = Definitions::of(answer.payload());
    let mut grammar = Grammar {
        out: Writer::new_with_indent(Vec::new(), b' ', 2),
        definitions: &definitions,
        profile,
    };
    // Writing to memory cannot fail.
    let _ = grammar.write(answer);
    let mut text = String::from_utf8_lossy(&grammar.out.into_inner()).into_owned();
    text.push('\n');
    text
}

struct Grammar<'a> {
    out: Writer<Vec<u8>>,
    definitions: &'a Definitions<'a>,
    profile: &'a Profile,
}

impl Grammar<'_> {
    fn write(&mut self, answer: &AnswerShape) -> io::Result<()> {
        self.out
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let grammar = [
            ("xmlns", "http://relaxng.org/ns/structure/1.0"),
            (
                "datatypeLibrary",
                "http://www.w3.org/2001/XMLSchema-datatypes",
            ),
        ];
        self.element("grammar", &grammar, |grammar| {
            grammar.element("start", &[], |start| {
                let root = start.profile.xml.root.clone();
                start.element("element", &[("name", &root)], |root| {
                    root.shape(&answer.envelope)
                })
            })?;
            for (name, object) in grammar.definitions.iter() {
                grammar.element("define", &[("name", name)], |define| define.object(object))?;
            }
            grammar.anything()
        })
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.out.write_event(Event::Start(start))?;
        content(self)?;
        self.out.write_event(Event::End(BytesEnd::new(name)))
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.out.write_event(Event::Empty(start))
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.element(name, attributes, |this| {
            this.out.write_event(Event::Text(BytesText::new(text)))
        })
    }

    fn shape(&mut self, shape: &Shape) -> io::Result<()> {
        if shape.nullable {
            return self.element("choice", &[], |choice| {
                choice.empty("empty", &[])?;
                choice.kind(&shape.kind)
            });
        }
        self.kind(&shape.kind)
    }

    fn kind(&mut self, kind: &Kind) -> io::Result<()> {
        match kind {
            Kind::Object(object) => match self.definitions.name_of(object) {
                Some(name) => self.empty("ref", &[("name", name)]),
                None => self.object(object),
            },
            // A list inside a list repeats its name: one element holds the inner items.
            Kind::List(item) => self.shape(item),
            Kind::Text => self.empty("text", &[]),
            Kind::Integer => self.empty("data", &[("type", "integer")]),
            Kind::Number => self.empty("data", &[("type", "double")]),
            Kind::Boolean => {
                let (yes, no) = (self.profile.xml.yes.clone(), self.profile.xml.no.clone());
                self.element("choice", &[], |choice| {
                    choice.text("value", &[], &yes)?;
                    choice.text("value", &[], &no)
                })
            }
            Kind::DateTime(Fraction::Any) => self.data_with_pattern("dateTime", OFFSET_PATTERN),
            Kind::DateTime(Fraction::Digits(digits)) => {
                let pattern = format!(".*\\.[0-9]{{{digits}}}(Z|[+\\-][0-9]{{2}}:[0-9]{{2}})");
                self.data_with_pattern("dateTime", &pattern)
            }
            Kind::Guid => self.data_with_pattern("token", GUID_PATTERN),
            Kind::Unknown | Kind::Mixed => self.empty("ref", &[("name", "anything")]),
        }
    }

    fn data_with_pattern(&mut self, data: &str, pattern: &str) -> io::Result<()> {
        self.element("data", &[("type", data)], |data| {
            data.text("param", &[("name", "pattern")], pattern)
        })
    }

    fn object(&mut self, object: &Object) -> io::Result<()> {
        let conditions = object.conditions();
        let Some(decider) = conditions.first().map(|condition| condition.member.clone()) else {
            return self.members(object, None);
        };
        // One grammar for each value of the deciding member: not all tools choose inside an interleave.
        self.element("choice", &[], |choice| {
            for is in [false, true] {
                let member = decider.clone();
                choice.members(object, Some(&Condition { member, is }))?;
            }
            Ok(())
        })
    }

    /// The members of an object for which a condition holds, where one is given.
    fn members(&mut self, object: &Object, holds: Option<&Condition>) -> io::Result<()> {
        self.element("interleave", &[], |interleave| {
            for member in &object.members {
                match holds {
                    Some(condition) if condition.member == member.name => {
                        interleave.decided(condition)?;
                    }
                    _ => interleave.member(&Member {
                        optional: member.optional
                            || (member.when.is_some() && member.when.as_ref() != holds),
                        ..member.clone()
                    })?,
                }
            }
            if object.closed {
                return Ok(());
            }
            interleave.element("zeroOrMore", &[], |more| {
                more.element("element", &[], |element| {
                    element.element("anyName", &[], |any| {
                        any.element("except", &[], |except| {
                            // An element in a namespace is refused wherever it stands.
                            for member in &object.members {
                                except.text("name", &[], &member.name)?;
                            }
                            Ok(())
                        })
                    })?;
                    element.empty("ref", &[("name", "anything")])
                })
            })
        })
    }

    /// The member that decides about others, with the value for which it does.
    fn decided(&mut self, condition: &Condition) -> io::Result<()> {
        let xml = &self.profile.xml;
        let word = if condition.is { &xml.yes } else { &xml.no }.clone();
        self.element("element", &[("name", &condition.member)], |element| {
            element.text("value", &[], &word)
        })
    }

    fn member(&mut self, member: &Member) -> io::Result<()> {
        let repeat = match (&member.shape.kind, member.optional) {
            (Kind::List(_), _) => Some("zeroOrMore"),
            (_, true) => Some("optional"),
            _ => None,
        };
        match repeat {
            Some(repeat) => self.element(repeat, &[], |this| this.member_element(member)),
            None => self.member_element(member),
        }
    }

    fn member_element(&mut self, member: &Member) -> io::Result<()> {
        self.element(
            "element",
            &[("name", &member.name)],
            |element| match member.constant {
                Some(constant) => {
                    element.text("value", &[("type", "integer")], &constant.to_string())
                }
                None => element.shape(&member.shape),
            },
        )
    }

    /// The pattern for what the contract says nothing about: text and elements, no attributes.
    fn anything(&mut self) -> io::Result<()> {
        self.element("define", &[("name", "anything")], |define| {
            define.element("zeroOrMore", &[], |more| {
                more.element("choice", &[], |choice| {
                    choice.empty("text", &[])?;
                    choice.element("element", &[], |element| {
                        element.empty("anyName", &[])?;
                        element.empty("ref", &[("name", "anything")])
                    })
                })
            })
        })
    }
}
