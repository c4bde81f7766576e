//! RELAX NG in its XML syntax, so that any XML toolchain can judge an answer.
//!
//! Members may stand in any order, lists are repeated elements, and an object that is not closed may
//! hold further elements of any kind. Elements in a namespace are refused, and all attributes but
//! `xml:lang` and `xml:space`, as the pages show none.

mod decision;
mod form;

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

use crate::profile::{AnswerShape, Booleans};
use crate::schema::definitions::Definitions;
use crate::shape::text::{IS_NIL, NIL_NAMESPACE};
use crate::shape::{Kind, Member, Object, Shape};
use decision::{Decisions, Says};
use form::LexicalForm;

/// What a user of the file should know; by it, files of this generator are known.
pub(super) const ABOUT: &str = " Members and their forms. Beyond a grammar: members that count or repeat the status \
                     code, and a document type declaration. ";
/// The name of the pattern for what the contract says nothing about.
const ANYTHING: &str = "anything";
/// The name of the pattern for what stands in an element that is null.
const NULL: &str = "null";
/// The name of the pattern for the attributes that every element may have.
const ATTRIBUTES: &str = "xml-attributes";

/// Writes the schema of an answer in XML.
#[must_use]
pub fn relax_ng(answer: &AnswerShape) -> String {
    let definitions = Definitions::of(answer.payload());
    let mut grammar = Grammar {
        out: Writer::new_with_indent(Vec::new(), b' ', 2),
        definitions: &definitions,
        booleans: &answer.booleans,
        forms: Vec::new(),
        has_nulls: false,
    };
    // Writing to memory cannot fail.
    let _ = grammar.write(answer);
    let mut text = String::from_utf8_lossy(&grammar.out.into_inner()).into_owned();
    text.push('\n');
    text
}

/// Whether it is one of several types of values by themselves, and one that a grammar tells from the others.
fn is_of_scalars(shape: &Shape) -> bool {
    let domain = shape.domain.as_deref();
    let any_of = domain.map_or(&[][..], |domain| &domain.any_of);
    shape.kind == Kind::Mixed && !any_of.is_empty() && any_of.iter().all(|one| one.kind.is_scalar())
}

struct Grammar<'a> {
    out: Writer<Vec<u8>>,
    definitions: &'a Definitions<'a>,
    booleans: &'a Booleans,
    /// The forms that were referred to.
    forms: Vec<LexicalForm>,
    /// Whether null was referred to.
    has_nulls: bool,
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
        self.tag("grammar", &grammar, |grammar| {
            grammar.comment(ABOUT)?;
            grammar.tag("start", &[], |start| {
                let root = answer.root.clone();
                let name = (!answer.is_root_free).then_some(root.as_str());
                start.root(name, |element| {
                    match (&answer.list, &answer.envelope.kind) {
                        (Some(list), Kind::List(item)) => element.items(list.item.as_deref(), item),
                        _ => element.shape(&answer.envelope, &root),
                    }
                })
            })?;
            for (name, object) in grammar.definitions.iter() {
                grammar.tag("define", &[("name", name)], |define| define.object(object))?;
            }
            grammar.anything()?;
            grammar.attributes()?;
            if grammar.has_nulls {
                grammar.null()?;
            }
            for form in std::mem::take(&mut grammar.forms) {
                grammar.comment(&format!(" {} ", form.words()))?;
                grammar.tag("define", &[("name", &form.name())], |define| {
                    define.data(&form.data())
                })?;
            }
            Ok(())
        })
    }

    fn tag(
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
        self.tag(name, attributes, |this| {
            this.out.write_event(Event::Text(BytesText::new(text)))
        })
    }

    fn comment(&mut self, words: &str) -> io::Result<()> {
        self.out.write_event(Event::Comment(BytesText::new(words)))
    }

    /// The pattern of an element of a name.
    fn element(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.tag("element", &[("name", name)], |element| {
            element.empty("ref", &[("name", ATTRIBUTES)])?;
            content(element)
        })
    }

    /// The pattern of the outermost element, of a name or of any.
    fn root(
        &mut self,
        name: Option<&str>,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(name) = name else {
            return self.tag("element", &[], |element| {
                element.empty("nsName", &[("ns", "")])?;
                element.empty("ref", &[("name", ATTRIBUTES)])?;
                content(element)
            });
        };
        self.element(name, content)
    }

    /// The pattern of the items of a list that is the whole answer.
    fn items(&mut self, name: Option<&str>, item: &Shape) -> io::Result<()> {
        self.tag("zeroOrMore", &[], |more| match name {
            Some(name) => more.element(name, |element| element.shape(item, name)),
            None => more.other(&[], Some(item)),
        })
    }

    /// The pattern of what stands in an element of a name.
    fn shape(&mut self, shape: &Shape, name: &str) -> io::Result<()> {
        if shape.nullable {
            return self.tag("choice", &[], |choice| {
                choice.null_ref()?;
                choice.value(shape, name)
            });
        }
        self.value(shape, name)
    }

    /// The values of a type that a place admits, as far as a grammar says it.
    fn value(&mut self, shape: &Shape, name: &str) -> io::Result<()> {
        let Some(domain) = &shape.domain else {
            return self.kind(&shape.kind, name);
        };
        let texts: Vec<&str> = domain.one_of.iter().filter_map(Value::as_str).collect();
        let numbers: Vec<i64> = domain.one_of.iter().filter_map(Value::as_i64).collect();
        match &shape.kind {
            Kind::Text if !texts.is_empty() => self.tag("choice", &[], |choice| {
                let mut texts = texts.iter();
                texts.try_for_each(|text| choice.text("value", &[("type", "string")], text))
            }),
            Kind::Integer if !numbers.is_empty() => self.tag("choice", &[], |choice| {
                let mut numbers = numbers.iter();
                numbers.try_for_each(|number| choice.data(&LexicalForm::only(*number)))
            }),
            Kind::Integer => {
                self.data(&LexicalForm::Whole.between(domain.at_least, domain.at_most))
            }
            Kind::Number => {
                self.data(&LexicalForm::Number.between(domain.at_least, domain.at_most))
            }
            Kind::Mixed if self.again(shape).is_some() => {
                let name = self.again(shape).unwrap_or(ANYTHING);
                self.empty("ref", &[("name", name)])
            }
            Kind::Mixed if is_of_scalars(shape) => self.tag("choice", &[], |choice| {
                let mut all = domain.any_of.iter();
                all.try_for_each(|one| choice.value(one, name))
            }),
            kind => self.kind(kind, name),
        }
    }

    /// The name of the pattern that an object in itself repeats.
    fn again<'s>(&self, shape: &'s Shape) -> Option<&'s str> {
        shape.is_again().filter(|name| self.definitions.has(name))
    }

    fn kind(&mut self, kind: &Kind, name: &str) -> io::Result<()> {
        match kind {
            Kind::Object(object) => match self.definitions.name_of(object) {
                Some(name) => self.empty("ref", &[("name", name)]),
                None => self.object(object),
            },
            // A list inside a list repeats its name: one element holds the inner items.
            Kind::List(item) => self.tag("zeroOrMore", &[], |more| {
                more.element(name, |element| element.shape(item, name))
            }),
            Kind::Text => self.empty("text", &[]),
            Kind::Integer => self.form(LexicalForm::Whole),
            Kind::Number => self.form(LexicalForm::Number),
            Kind::Boolean => self.tag("choice", &[], |choice| {
                choice.boolean(true)?;
                choice.boolean(false)
            }),
            Kind::DateTime(fraction) => self.form(LexicalForm::DateTime(*fraction)),
            Kind::Guid => self.form(LexicalForm::Guid),
            Kind::Unknown | Kind::Mixed => self.empty("ref", &[("name", ANYTHING)]),
        }
    }

    fn form(&mut self, form: LexicalForm) -> io::Result<()> {
        if !self.forms.contains(&form) {
            self.forms.push(form);
        }
        self.empty("ref", &[("name", &form.name())])
    }

    fn null_ref(&mut self) -> io::Result<()> {
        self.has_nulls = true;
        self.empty("ref", &[("name", NULL)])
    }

    fn boolean(&mut self, is: bool) -> io::Result<()> {
        let booleans = self.booleans;
        self.text("value", &[], booleans.word(is))
    }

    fn data(&mut self, (data, parameters): &(&str, Vec<(&str, String)>)) -> io::Result<()> {
        self.tag("data", &[("type", data)], |data| {
            for (name, value) in parameters {
                data.text("param", &[("name", name)], value)?;
            }
            Ok(())
        })
    }

    fn object(&mut self, object: &Object) -> io::Result<()> {
        // One grammar for each way: not all tools choose inside an interleave.
        match Decisions::of(object).as_slice() {
            [only] => self.members(object, only),
            several => self.tag("choice", &[], |choice| {
                for decisions in several {
                    choice.members(object, decisions)?;
                }
                Ok(())
            }),
        }
    }

    /// The members of an object in which some members decide about others.
    fn members(&mut self, object: &Object, decisions: &Decisions<'_>) -> io::Result<()> {
        self.tag("interleave", &[], |interleave| {
            for member in &object.members {
                if decisions.bars(member) {
                    continue;
                }
                match decisions.by(member) {
                    Some(says) => interleave.decider(member, says, decisions.may_lack(member))?,
                    None => interleave.member(member, decisions.may_lack(member))?,
                }
            }
            if object.closed {
                return Ok(());
            }
            interleave.tag("zeroOrMore", &[], |more| {
                let names = object.members.iter().map(|member| member.name.as_str());
                more.other(&names.collect::<Vec<_>>(), object.others.as_deref())
            })
        })
    }

    /// A member that decides about others, with what it says; where that is nothing, it is not there,
    /// or null.
    fn decider(&mut self, member: &Member, says: Says, may_lack: bool) -> io::Result<()> {
        match says {
            Says::Is(is) => self.element(&member.name, |element| element.boolean(is)),
            Says::Nothing if !member.shape.nullable => self.empty("empty", &[]),
            Says::Nothing if may_lack => self.tag("optional", &[], |optional| {
                optional.element(&member.name, Self::null_ref)
            }),
            Says::Nothing => self.element(&member.name, Self::null_ref),
        }
    }

    fn member(&mut self, member: &Member, may_lack: bool) -> io::Result<()> {
        let name = &member.name;
        match (&member.shape.kind, may_lack) {
            // One empty element is a list that is null.
            (Kind::List(item), _) if member.shape.nullable => self.tag("choice", &[], |choice| {
                choice.element(name, Self::null_ref)?;
                choice.tag("zeroOrMore", &[], |more| {
                    more.element(name, |element| element.shape(item, name))
                })
            }),
            (Kind::List(item), _) => self.tag("zeroOrMore", &[], |more| {
                more.element(name, |element| element.shape(item, name))
            }),
            // Nothing is known of it: it may be a list, without items too.
            (Kind::Unknown | Kind::Mixed, _)
                if !is_of_scalars(&member.shape) && self.again(&member.shape).is_none() =>
            {
                self.tag("zeroOrMore", &[], |more| more.single(member))
            }
            (Kind::Mixed, _) | (_, true) => {
                self.tag("optional", &[], |optional| optional.single(member))
            }
            (_, false) => self.single(member),
        }
    }

    fn single(&mut self, member: &Member) -> io::Result<()> {
        let name = &member.name;
        self.element(name, |element| {
            match (member.constant, &member.shape.kind) {
                (Some(constant), Kind::Integer) => {
                    element.text("value", &[("type", "integer")], &constant.to_string())
                }
                (Some(constant), _) => element.data(&LexicalForm::only(constant)),
                (None, _) => element.shape(&member.shape, name),
            }
        })
    }

    /// An element of any name but some, of which the contract says what it holds, or nothing.
    fn other(&mut self, except: &[&str], shape: Option<&Shape>) -> io::Result<()> {
        self.tag("element", &[], |element| {
            if except.is_empty() {
                element.empty("nsName", &[("ns", "")])?;
            } else {
                element.tag("nsName", &[("ns", "")], |any| {
                    any.tag("except", &[], |names| {
                        for name in except {
                            names.text("name", &[], name)?;
                        }
                        Ok(())
                    })
                })?;
            }
            element.empty("ref", &[("name", ATTRIBUTES)])?;
            match shape.map(|shape| (&shape.kind, shape)) {
                // Elements of one name are its items; an empty one may be a list that is null.
                Some((Kind::List(item), list)) if list.nullable => {
                    element.tag("choice", &[], |choice| {
                        choice.null_ref()?;
                        choice.content(item)
                    })
                }
                Some((Kind::List(item), _)) => element.content(item),
                Some((_, shape)) => element.content(shape),
                None => element.empty("ref", &[("name", ANYTHING)]),
            }
        })
    }

    /// What stands in an element of any name; a list in it would repeat that name, which no pattern says.
    fn content(&mut self, shape: &Shape) -> io::Result<()> {
        match &shape.kind {
            Kind::List(_) => self.empty("ref", &[("name", ANYTHING)]),
            _ => self.shape(shape, ""),
        }
    }

    /// The pattern for what the contract says nothing about: text and elements.
    fn anything(&mut self) -> io::Result<()> {
        self.tag("define", &[("name", ANYTHING)], |define| {
            define.tag("zeroOrMore", &[], |more| {
                more.tag("choice", &[], |choice| {
                    choice.empty("text", &[])?;
                    choice.other(&[], None)
                })
            })
        })
    }

    /// The attributes that XML itself has (XML 1.0, 2.10 and 2.12).
    fn attributes(&mut self) -> io::Result<()> {
        self.tag("define", &[("name", ATTRIBUTES)], |define| {
            for name in ["xml:lang", "xml:space"] {
                define.tag("optional", &[], |optional| {
                    optional.empty("attribute", &[("name", name)])
                })?;
            }
            Ok(())
        })
    }

    /// What stands in an element that is null: nothing, with or without the sign for it (XML Schema, 2.6.2).
    fn null(&mut self) -> io::Result<()> {
        let name = [("name", "nil"), ("ns", NIL_NAMESPACE)];
        self.tag("define", &[("name", NULL)], |define| {
            define.tag("optional", &[], |optional| {
                optional.tag("attribute", &name, |nil| {
                    nil.tag("choice", &[], |choice| {
                        let mut words = IS_NIL.into_iter();
                        words.try_for_each(|word| choice.text("value", &[], word))
                    })
                })
            })?;
            define.empty("empty", &[])
        })
    }
}
