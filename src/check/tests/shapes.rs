//! Shapes as no page of the tests has them: what may be missing, may be null, must have one value, or
//! stands only where another member says so.

use super::*;
use crate::check::json as json_check;
use crate::shape::{Condition, Object, Shape};

/// What answers of the page are held against when its resource is another one.
fn shaped(format: Format, edit: impl FnOnce(&mut Shape)) -> Expectation {
    enveloped(READS, format, |envelope| {
        edit(&mut member(envelope, "response").shape);
    })
}

/// The same when its envelope is another one.
fn enveloped(operation: usize, format: Format, edit: impl FnOnce(&mut Shape)) -> Expectation {
    let base = expectation(Speech::Documented, operation, format);
    let mut answer = base.answer.clone();
    edit(&mut answer.envelope);
    Expectation {
        operation: base.operation.clone(),
        format,
        answer,
        known: KnownNames::default(),
        named: Arc::clone(&base.named),
        profile: Arc::clone(&base.profile),
        strict: false,
        validator: OnceLock::new(),
        member_finder: OnceLock::new(),
    }
}

fn object(shape: &mut Shape) -> &mut Object {
    match &mut shape.kind {
        Kind::Object(object) => object,
        other => panic!("{other:?}"),
    }
}

fn member<'a>(shape: &'a mut Shape, name: &str) -> &'a mut Member {
    let mut members = object(shape).members.iter_mut();
    members.find(|member| member.name == name).unwrap()
}

fn found(expectation: &Expectation, body: &str) -> String {
    let response = response(expectation.format, 200, body);
    told(&read(expectation, Ok(response)).violations)
}

#[test]
fn what_the_schema_alone_refuses_is_told_of_the_payload() {
    let body = r#"{ "status": 0, "response": [ { "id": 1, "Name": "a" } ] }"#;
    for (schema, rules) in [(json!(false), "type /response"), (json!(true), "")] {
        let expectation = enveloped(LINKS, Format::Json, |_| {});
        let validator = json_check::validator(&schema, &expectation.answer.envelope);
        expectation.validator.set(validator).unwrap();
        assert_eq!(found(&expectation, body), rules);
    }
}

#[test]
fn an_element_beside_an_empty_list_is_the_list_by_another_name_only_where_no_other_may_stand() {
    for (closed, rules, payload) in [
        (true, "undocumented /result/took", None),
        (false, "", Some(&json!([]))),
    ] {
        let expectation = enveloped(LINKS, Format::Xml, |envelope| {
            object(envelope).closed = closed;
        });
        let body = "<result><status>0</status><took>3</took></result>";
        let reading = read(&expectation, Ok(response(Format::Xml, 200, body)));
        assert_eq!(told(&reading.violations), rules);
        let body = reading.body.unwrap();
        assert_eq!(expectation.payload(&body), payload);
    }
}

#[test]
fn a_member_stands_where_another_one_says_so() {
    let only = |is, only| {
        move |shape: &mut Shape| {
            member(shape, "Name").when = Some(Condition {
                one_of: Vec::new(),
                member: "IsSmall".to_owned(),
                is,
                only,
            });
        }
    };
    for (is, is_only, small, has_name, expected) in [
        (true, true, true, true, ""),
        (true, true, true, false, "missing"),
        (true, true, false, true, "misplaced"),
        (true, true, false, false, ""),
        (true, false, false, true, ""),
        (true, false, true, false, "missing"),
        (false, true, true, true, "misplaced"),
        (false, true, false, true, ""),
        (false, true, false, false, "missing"),
    ] {
        let what = format!("{is} {is_only} {small} {has_name}");
        let place = |root: &str| match expected {
            "" => String::new(),
            rule => format!("{rule} {root}/response/Name"),
        };
        let body = json_with("\"IsSmall\": true", &format!("\"IsSmall\": {small}"));
        let name = if has_name { "\"Name\": \"a\"," } else { "" };
        let body = body.replace("\"Name\": \"a\",", name);
        let json = shaped(Format::Json, only(is, is_only));
        assert_eq!(found(&json, &body), place(""), "{what}");
        let word = if small { "True" } else { "False" };
        let body = xml_with("<IsSmall>True", &format!("<IsSmall>{word}"));
        let name = if has_name { "<Name>a</Name>" } else { "" };
        let body = body.replace("<Name>a</Name>", name);
        let xml = shaped(Format::Xml, only(is, is_only));
        assert_eq!(found(&xml, &body), place("/result"), "{what}");
    }
}

#[test]
fn what_may_be_missing_is_sought_in_another_case_and_one_step_deeper() {
    let optional = |shape: &mut Shape| {
        let owner = &mut member(shape, "Owner").shape;
        for member in &mut object(owner).members {
            member.optional = true;
        }
    };
    let owner = "\"Owner\": { \"Id\": \"00000000-0000-0000-0000-000000000000\", \"Title\": \"b\" }";
    let of_json = shaped(Format::Json, optional);
    let inner = "{ \"Id\": \"00000000-0000-0000-0000-000000000000\" }";
    for (new, expected) in [
        ("{}".to_owned(), ""),
        ("{ \"Title\": \"b\" }".to_owned(), ""),
        (
            "{ \"title\": \"b\" }".to_owned(),
            "letter-case /response/Owner/Title",
        ),
        ("{ \"Title\": \"b\", \"title\": \"b\" }".to_owned(), ""),
        (
            format!("{{ \"inner\": {inner} }}"),
            "missing /response/Owner",
        ),
        (
            format!("{{ \"inner\": [ 1, {inner} ] }}"),
            "missing /response/Owner",
        ),
        (format!("{{ \"inner\": {inner}, \"Title\": \"b\" }}"), ""),
        ("{ \"inner\": { \"Other\": 1 } }".to_owned(), ""),
        ("{ \"inner\": \"Id\" }".to_owned(), ""),
    ] {
        let body = json_with(owner, &format!("\"Owner\": {new}"));
        assert_eq!(found(&of_json, &body), expected, "{new}");
    }
    let of_xml = shaped(Format::Xml, optional);
    let owner = "<Id>00000000-0000-0000-0000-000000000000</Id><Title>b</Title>";
    let inner = "<Id>00000000-0000-0000-0000-000000000000</Id>";
    for (new, expected) in [
        (String::new(), ""),
        (
            "<title>b</title>".to_owned(),
            "letter-case /result/response/Owner/Title",
        ),
        (
            format!("<inner>{inner}</inner>"),
            "missing /result/response/Owner",
        ),
        (format!("<inner>{inner}</inner><Title>b</Title>"), ""),
        ("<inner><Other/></inner>".to_owned(), ""),
    ] {
        let body = xml_with(owner, &new);
        assert_eq!(found(&of_xml, &body), expected, "{new}");
    }
    // One that must be there is no reason to look.
    let half = |shape: &mut Shape| {
        let owner = &mut member(shape, "Owner").shape;
        member(owner, "Id").optional = true;
    };
    let body = json_with(
        "\"Id\": \"00000000-0000-0000-0000-000000000000\", \"Title\": \"b\"",
        &format!("\"inner\": {inner_json}", inner_json = "{ \"Id\": 1 }"),
    );
    let missing = "missing /response/Owner/Title";
    assert_eq!(found(&shaped(Format::Json, half), &body), missing);
}

#[test]
fn what_stands_in_another_letter_case_is_judged_as_what_it_stands_for() {
    let id = "00000000-0000-0000-0000-000000000000";
    let optional = |shape: &mut Shape| {
        member(shape, "Owner").optional = true;
        member(shape, "Rate").optional = true;
    };
    let due = |_: &mut Shape| ();
    let owner = format!("\"Owner\": {{ \"Id\": \"{id}\", \"Title\": \"b\" }}");
    let spelt = "letter-case /response/Owner";
    for (new, below) in [
        (format!("{{ \"Id\": \"{id}\", \"Title\": \"b\" }}"), ""),
        (
            "{ \"Id\": \"1\", \"Title\": \"b\" }".to_owned(),
            ", guid /response/Owner/Id",
        ),
        (
            format!("{{ \"Id\": \"{id}\" }}"),
            ", missing /response/Owner/Title",
        ),
        ("null".to_owned(), ", null /response/Owner"),
    ] {
        let body = json_with(&owner, &format!("\"owner\": {new}"));
        for shape in [shaped(Format::Json, optional), shaped(Format::Json, due)] {
            assert_eq!(found(&shape, &body), format!("{spelt}{below}"), "{new}");
        }
    }
    let owner = format!("<Owner><Id>{id}</Id><Title>b</Title></Owner>");
    let spelt = "letter-case /result/response/Owner";
    for (new, below) in [
        (format!("<Id>{id}</Id><Title>b</Title>"), ""),
        (
            "<Id>1</Id><Title>b</Title>".to_owned(),
            ", guid /result/response/Owner/Id",
        ),
        (
            format!("<Id>{id}</Id>"),
            ", missing /result/response/Owner/Title",
        ),
    ] {
        let body = xml_with(&owner, &format!("<owner>{new}</owner>"));
        for shape in [shaped(Format::Xml, optional), shaped(Format::Xml, due)] {
            assert_eq!(found(&shape, &body), format!("{spelt}{below}"), "{new}");
        }
    }
    // In XML several elements may be what is not known to be a list.
    let tags = xml_with(
        "<Tags>x</Tags><Tags>y</Tags>",
        "<tags>x</tags><tags>y</tags>",
    );
    let spelt = "letter-case /result/response/Tags";
    assert_eq!(found(&shaped(Format::Xml, optional), &tags), spelt);
}

#[test]
fn a_name_that_is_documented_is_no_other_spelling_and_an_empty_list_stands_for_nothing_in_xml_alone()
 {
    let twins = |shape: &mut Shape| {
        let rate = member(shape, "Rate");
        "ID".clone_into(&mut rate.name);
        rate.optional = true;
    };
    let json = json_with("\"Rate\": 1.5,", "");
    assert_eq!(found(&shaped(Format::Json, twins), &json), "");
    let xml = xml_with("<Rate>1.5</Rate>", "");
    assert_eq!(found(&shaped(Format::Xml, twins), &xml), "");
    let optional = |shape: &mut Shape| member(shape, "Tags").optional = true;
    let tags = "\"Tags\": [ \"x\", \"y\" ]";
    for (new, expected) in [
        ("\"tags\": [ \"x\" ]", "letter-case /response/Tags"),
        ("\"tags\": [ \"x\" ], \"Tags\": []", ""),
    ] {
        let body = json_with(tags, new);
        assert_eq!(
            found(&shaped(Format::Json, optional), &body),
            expected,
            "{new}"
        );
    }
    let tags = "<Tags>x</Tags><Tags>y</Tags>";
    for (new, expected) in [
        ("<tags>x</tags>", "letter-case /result/response/Tags"),
        ("<tags>x</tags><Tags>y</Tags>", ""),
    ] {
        let body = xml_with(tags, new);
        assert_eq!(
            found(&shaped(Format::Xml, |_| ()), &body),
            expected,
            "{new}"
        );
    }
}

#[test]
fn an_empty_element_is_null_where_null_may_stand() {
    let nullable = |shape: &mut Shape| {
        for name in ["id", "Name", "Owner", "Tags"] {
            member(shape, name).shape.nullable = true;
        }
    };
    let xml = shaped(Format::Xml, nullable);
    for (old, new, place, value, expected) in [
        (
            "<response>\n<id>1<",
            "<response>\n<id> <",
            "/response/id",
            json!(null),
            "",
        ),
        ("<Name>a<", "<Name><", "/response/Name", json!(null), ""),
        ("<Name>a<", "<Name> <", "/response/Name", json!(" "), ""),
        (
            "<Owner><Id>00000000-0000-0000-0000-000000000000</Id><Title>b</Title></Owner>",
            "<Owner> </Owner>",
            "/response/Owner",
            json!(null),
            "",
        ),
        (
            "<Tags>x</Tags><Tags>y</Tags>",
            "<Tags/>",
            "/response/Tags",
            json!(null),
            "",
        ),
        (
            "<Tags>x</Tags><Tags>y</Tags>",
            "<Tags/><Tags/>",
            "/response/Tags",
            json!(["", ""]),
            "",
        ),
        (
            "<Tags>x</Tags><Tags>y</Tags>",
            "<Tags><b/></Tags>",
            "/response/Tags/0",
            json!({ "b": "" }),
            "type /result/response/Tags/0",
        ),
        (
            "<Tags>x</Tags><Tags>y</Tags>",
            "<Tags c='1'/>",
            "/response/Tags",
            json!(null),
            "attribute /result/response/Tags",
        ),
    ] {
        let body = xml_with(old, new);
        let reading = read(&xml, Ok(response(Format::Xml, 200, &body)));
        assert_eq!(told(&reading.violations), expected, "{new}");
        let body = reading.body.unwrap();
        assert_eq!(body.pointer(place), Some(&value), "{new}");
    }
    let sign = "xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil";
    for (old, new, expected) in [
        ("<Name>a<", format!("<Name {sign}='true'> <"), ""),
        (
            "<Rate>1.5<",
            format!("<Rate {sign}='true'><"),
            "attribute /result/response/Rate, type /result/response/Rate",
        ),
        (
            "<Name>a</Name>",
            String::new(),
            "missing /result/response/Name",
        ),
        (
            "<Name>a</Name>",
            "<name>a</name>".to_owned(),
            "letter-case /result/response/Name",
        ),
    ] {
        let body = xml_with(old, &new);
        let reading = read(&xml, Ok(response(Format::Xml, 200, &body)));
        assert_eq!(told(&reading.violations), expected, "{new}");
        let value = reading.body.unwrap();
        let value = value.pointer("/response/Name");
        assert!(value.is_none_or(|name| name.is_null() || name == "a"));
    }
    let json = shaped(Format::Json, nullable);
    let body = json_with("\"Name\": \"a\"", "\"Name\": null");
    assert_eq!(found(&json, &body), "");
}

#[test]
fn one_value_is_another_only_by_what_it_means() {
    let constant = |shape: &mut Shape| {
        member(shape, "Rate").constant = Some(2);
        member(shape, "id").constant = Some(1);
    };
    let (json, xml) = (
        shaped(Format::Json, constant),
        shaped(Format::Xml, constant),
    );
    for (rate, id, expected) in [
        ("2", "1", &[][..]),
        ("2.0", "1", &[]),
        ("1.5", "1", &["constant Rate"]),
        ("2", "2", &["constant id"]),
        ("2", "1.5", &["fraction id"]),
    ] {
        let told = |root: &str| {
            let told = expected.iter().map(|one| {
                let (rule, name) = one.split_once(' ').unwrap();
                format!("{rule} {root}/response/{name}")
            });
            told.collect::<Vec<_>>().join(", ")
        };
        let body = json_with("\"Rate\": 1.5", &format!("\"Rate\": {rate}"));
        let body = body.replacen("\"id\": 1,", &format!("\"id\": {id},"), 1);
        assert_eq!(found(&json, &body), told(""), "{rate} {id}");
        let body = xml_with("<Rate>1.5", &format!("<Rate>{rate}"));
        let body = body.replacen("<id>1<", &format!("<id>{id}<"), 1);
        assert_eq!(found(&xml, &body), told("/result"), "{rate} {id}");
    }
    let body = xml_with("<Rate>1.5", "<Rate>x").replacen("<id>1<", "<id>+1<", 1);
    let expected = "spelling /result/response/id, type /result/response/Rate";
    assert_eq!(found(&xml, &body), expected);
}

#[test]
fn a_list_in_a_list_repeats_its_name_and_holds_nothing_else() {
    let xml = shaped(Format::Xml, |shape| {
        let tags = &mut member(shape, "Tags").shape;
        *tags = Shape::of(Kind::List(Box::new(tags.clone())));
    });
    for (new, expected) in [
        ("<Tags><Tags>x</Tags><Tags>y</Tags></Tags>", ""),
        ("<Tags/>", ""),
        (
            "<Tags>x<Tags>x</Tags></Tags>",
            "mixed /result/response/Tags/0",
        ),
        (
            "<Tags><Tags>x</Tags><b/></Tags>",
            "undocumented /result/response/Tags/0/b",
        ),
        (
            "<Tags><Tags><b/></Tags></Tags>",
            "type /result/response/Tags/0/0",
        ),
    ] {
        let body = xml_with("<Tags>x</Tags><Tags>y</Tags>", new);
        assert_eq!(found(&xml, &body), expected, "{new}");
    }
}

#[test]
fn no_more_is_told_of_an_answer_that_told_enough() {
    let json = expectation(Speech::Documented, READS, Format::Json);
    let body = json_with("\"Name\": \"a\"", "\"Name\": 1");
    let mut violations = Vec::new();
    json_check::read(json, &body, &mut violations).unwrap();
    assert_eq!(told(&violations), "type /response/Name");
    let one = violations.remove(0);
    for (before, after) in [(998, 999), (999, 1000), (1000, 1000)] {
        let mut violations = vec![one.clone(); before];
        json_check::read(json, &body, &mut violations).unwrap();
        assert_eq!(violations.len(), after);
        assert!(violations.iter().all(|found| *found == one));
    }
}
