//! The same pages in each form in which they are published give the same contract, with places in the file
//! that somebody has.

mod documents;

use std::fmt::Write;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_conformance::contract::{self, Contract, Operation};
use portal_conformance::lint;
use portal_conformance::source::Source;

/// A page before it is written in any form.
struct Documented {
    method: &'static str,
    path: &'static str,
    /// What the page says of authentication.
    token: &'static str,
    description: &'static str,
    rows: &'static [Row],
    /// The request line and the body below its headers.
    request: &'static str,
    body: &'static str,
    returns: &'static str,
    json: &'static str,
    xml: &'static str,
}

/// Name, where it is sent, description, whether it is optional, type, whether it is a collection, example.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static str,
    bool,
    &'static str,
);

const METHODS: [Documented; 3] = [
    Documented {
        method: "GET",
        path: "api/2.0/library/{libraryId}/books",
        token: "This function requires authentication",
        description: "Returns the books of a library <with> \"that\" & more.",
        rows: &[
            (
                "libraryId",
                "url",
                "Library ID",
                false,
                "number",
                false,
                "42",
            ),
            ("genre", "url", "Genre", true, "string", false, "poetry"),
        ],
        request: "api/2.0/library/42/books?genre=poetry",
        body: "",
        returns: "List of books",
        json: "{\n  \"status\": 0,\n  \"response\": [\n    {\n      \"Id\": 3,\n      \"Title\": \"<Song> & \\\"dance\\\"\",\n      \"Lent\": false\n    }\n  ]\n}",
        xml: "<result>\n  <status>0</status>\n  <response>\n    <Id>3</Id>\n    <Title>&lt;Song&gt; &amp; \"dance\"</Title>\n    <Lent>False</Lent>\n  </response>\n</result>",
    },
    Documented {
        method: "POST",
        path: "api/2.0/library/{libraryId}/orders",
        token: "This method requires authentication",
        description: "Orders books for a library.",
        rows: &[
            (
                "libraryId",
                "url",
                "Library ID",
                false,
                "number",
                false,
                "42",
            ),
            (
                "books",
                "body",
                "Books to order",
                false,
                "Collection of numbers",
                true,
                "3",
            ),
            ("note", "body", "A note", true, "string", false, "soon"),
            (
                "urgency",
                "body",
                "How urgent",
                true,
                "Low, High",
                false,
                "",
            ),
        ],
        request: "api/2.0/library/42/orders",
        body: "{\n  \"books\": [\n    3\n  ],\n  \"note\": \"soon\",\n  \"urgency\": \"Low\"\n}",
        returns: "Order",
        json: "{\n  \"status\": 0,\n  \"response\": {\n    \"Id\": 9,\n    \"Books\": [\n      3\n    ],\n    \"Note\": \"soon\"\n  }\n}",
        xml: "<result>\n  <status>0</status>\n  <response>\n    <Id>9</Id>\n    <Books>3</Books>\n    <Note>soon</Note>\n  </response>\n</result>",
    },
    Documented {
        method: "GET",
        path: "api/2.0/library",
        token: "This method doesn't require authentication",
        description: "Returns all libraries.",
        rows: &[],
        request: "api/2.0/library",
        body: "",
        returns: "Libraries",
        json: "{\n  \"status\": 0,\n  \"response\": [\n    {\n      \"Id\": 42\n    }\n  ]\n}",
        xml: "<result>\n  <status>0</status>\n  <response>\n    <Id>42</Id>\n  </response>\n</result>",
    },
];

const HEADERS: &str =
    "Host: books.example.com\nContent-Type: application/json\nAccept: application/json";
const NO_PARAMETERS: &str = "This method doesn't have any parameters.";

impl Documented {
    fn example(&self) -> String {
        let blank = if self.body.is_empty() { "" } else { "\n\n" };
        format!(
            "{} {}\n{HEADERS}{blank}{}",
            self.method, self.request, self.body
        )
    }

    /// Plain text with titles; the cells of a row are divided by a text.
    fn plain(&self, between: &str) -> String {
        let mut text = format!(
            "{} {} {}\n\nDescription\n\n{}\n\nParameters\n",
            self.method, self.path, self.token, self.description
        );
        if self.rows.is_empty() {
            text += NO_PARAMETERS;
        } else {
            text += &["Name", "Description", "Type", "Example"].join(between);
        }
        text += "\n";
        for (name, place, description, is_optional, kind, is_list, example) in self.rows {
            let _ = writeln!(text, "{name}\nsent in {place}");
            text += description;
            text += if *is_optional {
                "\noptional\n"
            } else {
                between
            };
            text += kind;
            text += if *is_list { "\ncollection\n" } else { between };
            text += example;
            text += "\n";
        }
        let _ = write!(
            text,
            "Example\n{}\nReturns\n{}\n\nExample Response\napplication/json\n\n{}\ntext/xml\n\n{}",
            self.example(),
            self.returns,
            self.json,
            self.xml
        );
        text
    }

    /// The innards of the page for browsers; of what is written, a rule makes what stands in the file.
    fn html(&self, written: impl Fn(&str) -> String, coloured: impl Fn(&str) -> String) -> String {
        let mut table = String::new();
        if self.rows.is_empty() {
            let _ = write!(table, "<p>{NO_PARAMETERS}</p>");
        } else {
            table += "<table class=\"table\">\n<thead><tr class=\"tablerow\"><td>Name</td><td>Description</td>\
                      <td>Type</td><td>Example</td></tr></thead>\n<tbody>\n";
        }
        let flag = |is: bool, name: &str| {
            let flag = format!("\n  <div class=\"infotext\">{name}</div>");
            if is { flag } else { String::new() }
        };
        for (name, place, description, is_optional, kind, is_list, example) in self.rows {
            let _ = write!(
                table,
                "<tr class=\"tablerow\">\n<td>\n  {name}\n  <div class=\"infotext\">sent in {place}</div>\n</td>\n\
                 <td>{}{}</td>\n<td>{}{}</td>\n<td>{}</td>\n</tr>\n",
                written(description),
                flag(*is_optional, "optional"),
                written(kind),
                flag(*is_list, "collection"),
                written(example),
            );
        }
        if !self.rows.is_empty() {
            // A script makes a second copy of the table for narrow screens, which browsers save.
            table += "</tbody></table><div class=\"mobile\">";
            for (name, place, description, is_optional, kind, is_list, example) in self.rows {
                let flags = [flag(*is_optional, "optional"), flag(*is_list, "collection")];
                let cells = [
                    format!("{name}<div class=\"infotext\">sent in {place}</div>"),
                    written(description) + &flags[0],
                    written(kind) + &flags[1],
                    written(example),
                ];
                for (column, cell) in ["Name", "Description", "Type", "Example"].iter().zip(cells) {
                    let _ = write!(
                        table,
                        "<div class=\"row\"><span>{column}: </span>\n<span>{cell}</span></div>\n"
                    );
                }
            }
            table += "</div>";
        }
        format!(
            "<h1>\n<a class=\"up\" href=\"/library\"></a>\n<span class=\"hdr\">{} {}</span>\n\
             <span class=\"comment\">{}</span></h1>\n\
             <div id=\"a\"><div class=\"header-gray\">Description</div>\n<p class=\"dscr\">{}</p></div>\n\
             <div class=\"header-gray\">Parameters</div>\n<div>{table}</div>\n\
             <div id=\"b\"><div class=\"header-gray\">Example</div>\n<pre>{}</pre></div>\n\
             <div class=\"header-gray\">Returns</div>\n<div><p>{}</p></div>\n\
             <div id=\"c\"><div class=\"header-gray\">Example Response</div>\n\
             <p>application/json</p>\n<pre>{}</pre>\n<p>text/xml</p>\n<pre>{}</pre></div>\n",
            self.method,
            self.path,
            self.token,
            written(self.description),
            coloured(&written(&self.example())),
            written(self.returns),
            coloured(&written(self.json)),
            coloured(&written(self.xml)),
        )
    }

    /// As a site serves it: in a frame of tables, its text escaped.
    fn served(&self) -> String {
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            text.replace('>', "&gt;").replace('"', "&quot;")
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"UTF-8\" />\n\
             <title>Parameters</title><script>if (1 < 2) {{ document.write(\"<h1>GET x</h1>\") }}</script></head>\n\
             <body class=\"\"><table class=\"layout\">\n<tr>\n<td><ul><li><a href=\"/\">Example</a></li>\
             <li><a>GET api/2.0/other</a></li></ul></td>\n<td><div>\n{}</div></td></tr></table>\n\
             <div><div class=\"foot\">&copy; Books. <a href=\"/\">Notes</a></div></div>\n</body></html>\n",
            self.html(escaped, str::to_owned)
        )
    }

    /// As a browser saves it: with what scripts made of it, and with the ends of lines of another system.
    fn saved(&self) -> String {
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            text.replace('>', "&gt;")
        };
        let coloured = |text: &str| {
            let lines = text.split('\n').map(|line| {
                let indent = line.len() - line.trim_start().len();
                let blanks = "&nbsp;".repeat(indent);
                format!(
                    "<span class=\"pun\">{blanks}</span><span class='str'>{}</span>",
                    line.trim_start()
                )
            });
            lines.collect::<Vec<_>>().join("<br>")
        };
        let page = format!(
            "<!DOCTYPE html>\n<!-- saved from url=(0042)https://books.example.com/library -->\n\
             <HTML lang=en><HEAD><META http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\
             <STYLE>h1 {{ content: \"GET x\" }}</STYLE></HEAD>\n\
             <BODY><NAV>GET api/2.0/other<BR>Returns</NAV><IFRAME src=\"x.html\"></IFRAME>\n<MAIN>{}</MAIN>\n\
             <FOOTER><P>Notes</P></FOOTER>\n<SCRIPT src=\"./a.js\"></SCRIPT></BODY></HTML>\n",
            self.html(escaped, coloured)
        );
        page.replace('\n', "\r\n")
    }

    /// A cell a line, the titles lost, what is indented flush left.
    fn cells(&self) -> String {
        let flush = |text: &str| {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        };
        let mut text = format!(
            "{} {}\n{}\n{}\n",
            self.method, self.path, self.token, self.description
        );
        text += if self.rows.is_empty() {
            NO_PARAMETERS
        } else {
            "Name |\nDescription |\nType |\nExample |"
        };
        text += "\n";
        for (name, place, description, is_optional, kind, is_list, example) in self.rows {
            let flag = |is: bool, flag: &'static str| if is { flag } else { "" };
            let _ = write!(
                text,
                "{name}\nsent in {place}\n|\n{description}\n{}|\n{kind}\n{}|\n{example}{}|\n",
                flag(*is_optional, "optional\n"),
                flag(*is_list, "collection\n"),
                if example.is_empty() { "" } else { "\n" },
            );
        }
        let _ = write!(
            text,
            "{}\n{}\napplication/json\n{}\ntext/xml\n{}\n",
            flush(&self.example()),
            self.returns,
            flush(self.json),
            flush(self.xml)
        );
        text
    }

    /// A block a line, the heading lost as well.
    fn blocks(&self) -> String {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = format!("{}\n{}\n", self.token, self.description);
        text += if self.rows.is_empty() {
            NO_PARAMETERS
        } else {
            "Name | Description | Type | Example |"
        };
        text += "\n";
        for (name, place, description, is_optional, kind, is_list, example) in self.rows {
            let _ = write!(text, "{name}\nsent in {place}\n|\n{description}");
            text += if *is_optional {
                "\noptional\n| "
            } else {
                " | "
            };
            text += kind;
            text += if *is_list { "\ncollection\n|\n" } else { " | " };
            let _ = writeln!(text, "{example} |");
        }
        let _ = write!(
            text,
            "{}\n{}\napplication/json\n{}\ntext/xml\n{}\n",
            one_line(&self.example()),
            self.returns,
            one_line(self.json),
            one_line(self.xml)
        );
        text
    }

    /// As a browser saves it in one file: each line of the page as mail is encoded, cut at blanks.
    fn archived(&self) -> String {
        let mut quoted = String::new();
        let page = self.served();
        for line in page.lines() {
            let mut column = 0;
            for c in line.chars() {
                let mut bytes = [0; 4];
                let written: String = match c {
                    '=' => "=3D".to_owned(),
                    c if c.is_ascii() => c.to_string(),
                    c => {
                        let bytes = c.encode_utf8(&mut bytes).bytes();
                        bytes.fold(String::new(), |mut written, byte| {
                            let _ = write!(written, "={byte:02X}");
                            written
                        })
                    }
                };
                column += written.len();
                quoted += &written;
                if c == ' ' && column > 60 {
                    quoted += "=\r\n";
                    column = 0;
                }
            }
            quoted += "\r\n";
        }
        archive("quoted-printable", &quoted)
    }

    fn forms(&self) -> [(&'static str, String); 7] {
        [
            ("plain.txt", self.plain(" ")),
            ("tabs.txt", self.plain("\t")),
            ("served.html", self.served()),
            ("saved.htm", self.saved()),
            ("saved.mht", self.archived()),
            ("cells.txt", self.cells()),
            ("blocks.txt", self.blocks()),
        ]
    }
}

/// An archive of a page that is encoded so, behind a style sheet.
fn archive(encoding: &str, page: &str) -> String {
    format!(
        "From: <Saved by Blink>\r\nSubject: Books\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\
         \ttype=\"text/html\";\r\n\tboundary=\"--Cut--7\"\r\n\r\n\r\n----Cut--7\r\nContent-Type: text/css\r\n\r\n\
         h1 {{ color: red }}\r\n----Cut--7\r\nContent-Type: text/html; charset=\"utf-8\"\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{page}\r\n----Cut--7--\r\n"
    )
}

/// All that a contract says, without its places.
pub(crate) fn told(contract: &Contract) -> String {
    let mut text = String::new();
    for operation in &contract.operations {
        let Operation {
            id,
            source,
            heading: _,
            method,
            path,
            ends_in_slash,
            takes_away,
            authenticated,
            description,
            parameters,
            request,
            returns,
            responses,
            unread,
            has_lost_authentication,
            contradictions: _,
            // What a page cannot say.
            is_public: _,
            base: _,
            needs_body: _,
            body_type: _,
            asks_for: _,
            ways: _,
            refused: _,
            of_refusals: _,
            defined: _,
            headers: _,
            has_no_body: _,
            success: _,
            taken: _,
            open: _,
        } = operation;
        let _ = writeln!(
            text,
            "{id} {method} {path} {ends_in_slash} {takes_away} {authenticated} {has_lost_authentication} {description:?} {returns:?} {unread:?}"
        );
        for row in parameters {
            let mut row = row.clone();
            (row.span, row.example_span) = Default::default();
            let _ = writeln!(text, "{row:?}");
        }
        let words = |span| {
            let words = source.slice(span).split_whitespace();
            words.collect::<String>()
        };
        if let Some(request) = request {
            let body = request.body.map(words);
            let _ = writeln!(
                text,
                "{} {} {:?} {body:?}",
                request.method, request.path, request.headers
            );
        }
        for response in responses {
            let body = source.slice(response.body);
            let json = serde_json::from_str::<serde_json::Value>(body).ok();
            let body = json.map_or_else(|| words(response.body), |json| json.to_string());
            let _ = writeln!(text, "{} {body}", response.format);
        }
    }
    text
}

/// The pages of the made-up API as plain text.
pub(crate) fn pages() -> Vec<Source> {
    let pages = METHODS.iter();
    pages
        .map(|page| Source::new(page.path, &page.plain("\t")))
        .collect()
}

fn read(name: &str, text: &str) -> Contract {
    contract::of_sources(vec![Source::new(name, text)])
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_page_says_the_same_in_each_form() {
    for method in METHODS {
        let [(_, plain), others @ ..] = method.forms();
        let contract = read("plain.txt", &plain);
        let expected = told(&contract);
        let remarks = lint::findings(&contract).len();
        let operation = &contract.operations[0];
        assert_eq!(operation.path, method.path);
        assert_eq!(operation.parameters.len(), method.rows.len());
        assert_eq!(operation.responses.len(), 2);
        assert_eq!(operation.authenticated, method.token.contains("requires"));
        for (name, text) in others {
            let contract = read(name, &text);
            assert_eq!(told(&contract), expected, "{name}\n{text}");
            assert_eq!(lint::findings(&contract).len(), remarks, "{name}");
        }
    }
}

#[test]
fn a_page_that_was_pasted_with_a_margin_or_capitalised_says_the_same() {
    let indented = |text: &str, margin: &str| -> String {
        let lines = text.lines();
        let lines = lines.map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("{margin}{line}\n"),
        });
        lines.collect()
    };
    for method in METHODS {
        let heading = format!("{} {}", method.method, method.path);
        let (first, rest) = method.method.split_at(1);
        let in_words = format!("{first}{} {}", rest.to_lowercase(), method.path);
        for (name, text) in method.forms() {
            let expected = told(&read(name, &text));
            let is_text = ["plain.txt", "tabs.txt", "cells.txt", "blocks.txt"].contains(&name);
            let mut others = vec![text.replace(&heading, &in_words)];
            if is_text {
                others.extend(["    ", "\t"].map(|margin| indented(&text, margin)));
                others.push(text.replacen(&heading, &format!("  {heading}"), 1));
            }
            for text in others {
                let contract = read(name, &text);
                assert_eq!(told(&contract), expected, "{name}\n{text}");
                let operation = &contract.operations[0];
                let at = operation.source.locate(operation.heading.start);
                let column: usize = at.rsplit(':').next().unwrap().parse().unwrap();
                let line: String = line_at(&at, &text).chars().skip(column - 1).collect();
                let is_there = line.to_uppercase().starts_with(method.method);
                assert!(is_there || !is_text, "{name} {at}: {line}");
            }
        }
        let site = documents::of_site(&method);
        let expected = told(&read("site.md", &site));
        assert_eq!(told(&read("site.md", &indented(&site, "  "))), expected);
    }
    let document = "  openapi: 3.1.0\n  paths:\n    /a:\n      get: {}\n";
    assert_eq!(read("a.yaml", document).operations.len(), 1);
}

#[test]
fn words_about_authentication_that_a_form_lost_are_told() {
    for method in METHODS {
        for (name, text) in method.forms() {
            if !["plain.txt", "tabs.txt", "cells.txt", "blocks.txt"].contains(&name) {
                continue;
            }
            let lost = text.replace(&format!(" {}\n", method.token), "\n");
            let lost = lost.replace(&format!("{}\n", method.token), "");
            let contract = read(name, &lost);
            let operation = &contract.operations[0];
            let loses = ["cells.txt", "blocks.txt"].contains(&name);
            assert!(!operation.authenticated, "{name}");
            assert_eq!(operation.has_lost_authentication, loses, "{name}");
            let told = lint::findings(&contract)
                .iter()
                .any(|one| one.message.contains("authentication"));
            assert_eq!(told, loses, "{name}");
        }
    }
}

#[test]
fn words_about_authentication_are_no_part_of_what_is_described() {
    let page = METHODS[0].plain("\t");
    let heading = format!(" {}\n", METHODS[0].token);
    let apart = format!("\n\n{}\n", METHODS[0].token);
    let below = format!("Description\n\n{}\n", METHODS[0].token);
    let expected = told(&read("a.txt", &page));
    let apart = page.replace(&heading, &apart);
    let below = page
        .replace(&heading, "\n")
        .replace("Description\n", &below);
    for text in [apart, below] {
        assert_eq!(told(&read("a.txt", &text)), expected, "{text}");
    }
}

#[test]
fn an_archive_in_base64_says_the_same_with_the_line_of_the_file() {
    for method in METHODS {
        let page = method.served().replace("&copy;", "©");
        let encoded = STANDARD.encode(&page);
        let lines = encoded.as_bytes().chunks(76);
        let lines: Vec<&str> = lines
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        // A frame of the site, which is no page.
        let part = "----Cut--7\r\nContent-Type: text/html";
        let with_frame = format!("{part}\r\n\r\n<p>Anchors</p>\r\n{part}");
        let text = archive("base64", &lines.join("\r\n")).replacen(part, &with_frame, 1);
        let contract = read("a.mhtml", &text);
        assert_eq!(told(&contract), told(&read("a.txt", &method.plain("\t"))));
        let operation = &contract.operations[0];
        let at = operation.source.locate(operation.heading.start);
        let line = line_at(&at, &text);
        let shown = STANDARD.decode(line).unwrap();
        let shown = String::from_utf8_lossy(&shown);
        assert!(
            shown.contains(method.path) || method.path.contains(shown.rsplit(' ').next().unwrap()),
            "{shown}"
        );
    }
}

#[test]
fn an_archive_that_cannot_be_decoded_is_refused_by_its_name() {
    for (encoding, page) in [
        ("base64", "%%%"),
        ("x-uuencode", "begin"),
        ("base64", "/w=="),
    ] {
        let source = Source::new("a.mht", &archive(encoding, page));
        let error = contract::of_sources(vec![source]).unwrap_err().to_string();
        assert!(error.contains("a web archive (MHTML)"), "{error}");
    }
    let odd = archive(
        "quoted-printable",
        "\u{e9}=\r\n=zz \u{20ac}=C3=A9=\r\n=\r\n\u{1f600}=F",
    );
    assert!(contract::of_sources(vec![Source::new("a.mht", &odd)]).is_err());
}

/// The line of a file that `file:line:column` names.
fn line_at<'a>(at: &str, text: &'a str) -> &'a str {
    let line: usize = at.split(':').nth(1).unwrap().parse().unwrap();
    text.lines().nth(line - 1).unwrap().trim_end_matches('\r')
}

#[test]
fn places_are_those_of_the_file_in_each_form() {
    for method in METHODS {
        for (name, text) in method.forms() {
            let contract = read(name, &text);
            let operation = &contract.operations[0];
            let source = &operation.source;
            for row in &operation.parameters {
                let at = source.locate(row.span.start);
                assert!(line_at(&at, &text).contains(&row.name), "{name}: {at}");
                assert_eq!(source.excerpt(row.span).marked, row.name, "{name}: {at}");
                let example = source.excerpt(row.example_span);
                assert!(example.line().contains(&row.cell), "{name}: {example}");
            }
            for response in &operation.responses {
                let body = source.slice(response.body);
                let offset = response.body.start + body.find("Id").unwrap();
                let at = source.locate(offset);
                let column: usize = at.rsplit(':').next().unwrap().parse().unwrap();
                let line: String = line_at(&at, &text).chars().skip(column - 1).collect();
                assert!(line.starts_with("Id"), "{name}: {at}: {line}");
            }
        }
    }
}

#[test]
fn an_error_in_an_example_shows_its_line_in_each_form() {
    for (name, text) in METHODS[0].forms() {
        let broken = text.replace("false", "maybe");
        assert_ne!(broken, text);
        let sources = vec![Source::new(name, &broken)];
        let error = contract::of_sources(sources).unwrap_err().0.remove(0);
        assert!(error.expected.contains("JSON"), "{name}: {error}");
        assert!(
            line_at(&error.at, &broken).contains("maybe"),
            "{name}: {error}"
        );
        assert!(error.excerpt.contains("maybe"), "{name}: {error}");
    }
}

#[test]
fn a_page_for_browsers_that_holds_no_method_is_refused() {
    let page = |body: &str| format!("<!DOCTYPE html>\n<html><body>{body}</body></html>\n");
    for (body, expected) in [
        ("<h1>Books</h1><p>Words.</p>", "a heading such as"),
        ("", "a heading such as"),
        (
            "<ul><li><a>GET api/2.0/library</a></li></ul>",
            "a heading such as",
        ),
        (
            "<h1>GET api/2.0/library</h1><h2>Request</h2><pre>{}</pre>",
            "titles such as",
        ),
        (
            "<h1>GET api/2.0/library</h1><h2>Example</h2><pre>{}</pre>",
            "titles such as",
        ),
    ] {
        let sources = vec![Source::new("a.html", &page(body))];
        let error = contract::of_sources(sources).unwrap_err().0.remove(0);
        assert!(error.expected.starts_with(expected), "{error}");
        assert_eq!(error.found, "HTML that has none", "{body}");
    }
}

#[test]
fn much_markup_ends_soon() {
    let start = Instant::now();
    for part in [
        "<div>",
        "<table><tr><td>",
        "</table></td></li>",
        "<li><a>x",
        "<pre>x\n",
        "&amp;&lt;x &nbsp;",
        "<p class=infotext>Parameters</p>",
        "x<br>\n",
        "<b a=b c='d'>",
        "<!-- x -->",
        "<td>Name</td>",
    ] {
        let text = format!(
            "<html><h1>GET x</h1>{}</html>",
            part.repeat(500_000 / part.len())
        );
        let _ = contract::of_sources(vec![Source::new("a.html", &text)]);
    }
    for part in [
        "Name |\n",
        "a\nsent in url\n|\nb | c | d |\n",
        "GET x Host: a {\n",
        "|\n",
    ] {
        let columns = "Name | Description | Type | Example |\n";
        let text = format!("{columns}{}", part.repeat(500_000 / part.len()));
        let _ = contract::of_sources(vec![Source::new("a.txt", &text)]);
    }
    // A quadratic reader takes hours.
    assert!(start.elapsed() < Duration::from_mins(10));
}
