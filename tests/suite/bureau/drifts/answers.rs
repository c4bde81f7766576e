//! Of the answer as a whole: how it is sent, and its envelope.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "tables of small closures"
)]

use serde_json::json;

use super::{Drift, is_read, pascal, swap};
use crate::bureau::{Form, Framing, Habit, Kind, Reply};

pub(super) fn transport() -> Vec<Drift> {
    use Habit::{Reply as R, Text};
    vec![
        (
            "a link answers 200",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.status = 200
                }
            }),
            "link::json::transport",
        ),
        (
            "a read answers 201",
            R(|asked, reply| {
                if asked.is(Kind::Read) {
                    reply.status = 201
                }
            }),
            "read::xml::transport",
        ),
        (
            "JSON sent as HTML",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.set("Content-Type", "text/html; charset=utf-8")
                }
            }),
            "read::json::transport",
        ),
        (
            "JSON sent as text",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.set("Content-Type", "text/plain")
                }
            }),
            "read::json::transport",
        ),
        (
            "XML sent as JSON",
            R(|asked, reply| {
                if is_read(asked, Form::Xml) {
                    reply.set("Content-Type", "application/json")
                }
            }),
            "read::xml::transport",
        ),
        (
            "no media type",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.headers.retain(|(name, _)| *name != "Content-Type")
                }
            }),
            "link::json::transport",
        ),
        (
            "JSON that ends early",
            Text(|asked, text| {
                if is_read(asked, Form::Json) {
                    text[..text.len() - 2].to_owned()
                } else {
                    text
                }
            }),
            "read::json::transport",
        ),
        (
            "JSON with something behind it",
            Text(|asked, text| {
                if asked.is(Kind::Link) && asked.form == Form::Json {
                    text + "{}"
                } else {
                    text
                }
            }),
            "link::json::transport",
        ),
        (
            "JSON with a byte order mark",
            Text(|asked, text| {
                if is_read(asked, Form::Json) {
                    format!("\u{feff}{text}")
                } else {
                    text
                }
            }),
            "read::json::transport",
        ),
        (
            "XML that is not closed",
            Text(|asked, text| swap(asked, text, Form::Xml, "</result>", "")),
            "read::xml::transport",
        ),
        (
            "XML with a bare ampersand",
            Text(|asked, text| swap(asked, text, Form::Xml, "&amp;", "&")),
            "link::xml::transport::all",
        ),
        (
            "bytes that are no UTF-8",
            R(|asked, reply| {
                if is_read(asked, Form::Json) {
                    reply.body.retain(|byte| *byte != 0xbc)
                }
            }),
            "read::json::transport",
        ),
        (
            "a body that is cut",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.framing = Framing::Short(9);
                    reply.may_compress = false;
                }
            }),
            "link::json::transport",
        ),
        (
            "plain bytes called gzip",
            R(|asked, reply| {
                if is_read(asked, Form::Xml) {
                    reply.may_compress = false;
                    reply.set("Content-Encoding", "gzip");
                }
            }),
            "read::xml::transport",
        ),
        (
            "an empty body",
            R(|asked, reply| {
                if asked.is(Kind::Link) {
                    reply.body.clear()
                }
            }),
            "link::xml::transport",
        ),
        (
            "a page of a proxy",
            R(|asked, reply| {
                if asked.is(Kind::Read) {
                    *reply = Reply::page(
                        502,
                        "Bad Gateway",
                        "<html><head><title>502 Bad Gateway</title></head></html>",
                    )
                }
            }),
            "read::json::transport",
        ),
    ]
}

pub(super) fn envelope() -> Vec<Drift> {
    use Habit::Tree;
    vec![
        (
            "status 1",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["status"] = json!(1)
                }
            }),
            "read::json::envelope",
        ),
        (
            "status by name",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["status"] = json!("ok")
                }
            }),
            "read::xml::envelope",
        ),
        (
            "no status",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("status");
                }
            }),
            "link::json::envelope",
        ),
        (
            "no status code",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("statusCode");
                }
            }),
            "link::xml::envelope",
        ),
        (
            "another status code",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["statusCode"] = json!(200)
                }
            }),
            "link::json::envelope",
        ),
        (
            "a count too high",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["count"] = json!(9)
                }
            }),
            "link::json::envelope",
        ),
        (
            "a count of bytes",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["count"] = json!(1200)
                }
            }),
            "read::xml::envelope",
        ),
        (
            "no count",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree.as_object_mut().unwrap().shift_remove("count");
                }
            }),
            "link::json::envelope::all",
        ),
        (
            "a count as text",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    tree["count"] = json!("1")
                }
            }),
            "read::json::envelope",
        ),
        (
            "a strange member",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    tree["elapsed"] = json!(12)
                }
            }),
            "read::json::envelope",
        ),
        (
            "an error beside success",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    tree["error"] = json!({"message": "", "data": {}})
                }
            }),
            "link::xml::envelope",
        ),
        (
            "a result in place of a response",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    let response = tree["response"].take();
                    let members = tree.as_object_mut().unwrap();
                    members.shift_remove("response");
                    members.insert("result".to_owned(), response);
                }
            }),
            "read::json::envelope",
        ),
        (
            "capitals",
            Tree(|asked, tree| {
                if asked.status < 300 {
                    pascal(tree)
                }
            }),
            "read::json::envelope",
        ),
        (
            "no envelope",
            Tree(|asked, tree| {
                if asked.is(Kind::Read) {
                    *tree = tree["response"].take()
                }
            }),
            "read::json::envelope",
        ),
        (
            "a next index as text",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["nextIndex"] = json!("next")
                }
            }),
            "link::json::envelope",
        ),
        (
            "a total below the count",
            Tree(|asked, tree| {
                if asked.is(Kind::Link) {
                    tree["total"] = json!(-1)
                }
            }),
            "link::json::envelope",
        ),
    ]
}
