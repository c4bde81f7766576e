//! The HTML report for those who read it by ear, by keyboard, or with weak eyes: what axe-core asks for, held
//! against the page itself. `.ci/axe` asks axe-core.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use roxmltree::Node;

use crate::reports::page_as_xml;
use crate::support::{Served, project, run};

const FAULTS: [Option<&str>; 3] = [
    None,
    Some("schema:get-crm-contact-contactid:all-integers-text"),
    Some("refusal:tells-sql-error"),
];

/// Reports of portals of several kinds, and of one that nobody can reach.
fn pages() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let written = |command: &mut std::process::Command| {
        let ended = run(command.current_dir(&folder).arg("--report-html").arg(&path));
        let page = fs::read_to_string(&path);
        page.unwrap_or_else(|error| panic!("{error}: {}", ended.stderr))
    };
    let served = FAULTS.map(|fault| {
        let options = fault.map(|fault| ["--fault", fault]);
        let served = Served::start(options.as_ref().map_or(&[], |options| options.as_slice()));
        written(&mut served.run(&["--allow-writes"]))
    });
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", port.local_addr().unwrap());
    drop(port);
    let gone = written(&mut crate::support::program(&["run", "--url", &url]));
    served.into_iter().chain([gone]).collect()
}

fn is(node: &Node<'_, '_>, names: &[&str]) -> bool {
    names.iter().any(|name| node.has_tag_name(*name))
}

fn text(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    texts.filter_map(|node| node.text()).collect()
}

#[test]
fn a_page_has_landmarks_names_and_headings_in_order() {
    for page in pages() {
        let xml = page_as_xml(&page);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("lang"), Some("en"));
        let all = || document.descendants().filter(Node::is_element);
        let title = all().find(|node| node.has_tag_name("title"));
        assert!(!text(title.unwrap()).trim().is_empty());
        for landmark in ["header", "main", "footer"] {
            let found = all().filter(|node| node.has_tag_name(landmark));
            assert_eq!(found.count(), 1, "{landmark}");
        }
        let body = all().find(|node| node.has_tag_name("body")).unwrap();
        for child in body.children() {
            let is_landmark = is(&child, &["header", "main", "footer"]);
            assert!(is_landmark || text(child).trim().is_empty(), "{child:?}");
        }
        let levels = all().filter_map(|node| {
            let level = node.tag_name().name().strip_prefix('h')?;
            level.parse::<usize>().ok()
        });
        let mut before = 0;
        for level in levels {
            assert!(level <= before + 1, "h{level} behind h{before}");
            before = level;
        }
        let ids: Vec<&str> = all().filter_map(|node| node.attribute("id")).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{ids:?}");
        for section in all().filter(|node| node.has_tag_name("section")) {
            assert!(known.contains(section.attribute("aria-labelledby").unwrap()));
        }
    }
}

#[test]
fn tables_and_lists_say_what_belongs_to_what() {
    for page in pages() {
        let xml = page_as_xml(&page);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let all = || document.descendants().filter(Node::is_element);
        for table in all().filter(|node| node.has_tag_name("table")) {
            let rows = table.descendants().filter(|node| node.has_tag_name("tr"));
            let mut columns = BTreeSet::new();
            for row in rows {
                let cells: Vec<Node<'_, '_>> = row.children().filter(Node::is_element).collect();
                assert!(cells[0].has_tag_name("th"), "a row begins with its name");
                let in_head = row.parent().unwrap().has_tag_name("thead");
                let scope = cells[0].attribute("scope").unwrap();
                assert!(in_head == (scope == "col"), "{scope}");
                let spans = cells.iter().map(|cell| {
                    let span = cell.attribute("colspan");
                    span.map_or(1, |span| span.parse::<usize>().unwrap())
                });
                columns.insert(spans.sum::<usize>());
            }
            assert_eq!(columns.len(), 1, "{columns:?}");
        }
        for list in all().filter(|node| is(node, &["dl", "ul"])) {
            let wanted = if list.has_tag_name("dl") { "div" } else { "li" };
            let mut items = list.children().filter(Node::is_element);
            assert!(items.all(|item| item.has_tag_name(wanted)));
        }
    }
}

#[test]
fn the_keyboard_reaches_what_opens_in_the_order_of_the_page() {
    for page in pages() {
        let xml = page_as_xml(&page);
        let document = roxmltree::Document::parse(&xml).unwrap();
        for node in document.descendants().filter(Node::is_element) {
            for forbidden in ["tabindex", "autofocus", "accesskey", "role"] {
                assert!(!node.has_attribute(forbidden), "{node:?}");
            }
            // What has the focus by itself, but for what opens and what leads to a place of the page.
            assert!(!is(&node, &["button", "input", "select", "textarea"]));
            if node.has_tag_name("a") {
                let place = node.attribute("href").unwrap().strip_prefix('#');
                let mut all = document.descendants();
                assert!(all.any(|one| place.is_some() && one.attribute("id") == place));
                assert!(text(node).chars().any(char::is_alphanumeric));
            }
            if node.has_tag_name("details") {
                let first = node.first_element_child().unwrap();
                assert!(first.has_tag_name("summary") && !text(first).trim().is_empty());
            }
            // What is hidden from readers says nothing that they would miss.
            if node.attribute("aria-hidden") == Some("true") {
                assert!(!text(node).chars().any(char::is_alphanumeric));
            }
        }
    }
}

/// The colours of the style sheet: those of the light side, and of the dark one.
fn palettes(style: &str) -> [BTreeMap<String, [f64; 3]>; 2] {
    let mut roots = style.split(":root {").skip(1);
    let mut next = || {
        let block = roots.next().unwrap().split('}').next().unwrap();
        let colors = block.split(';').filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": #")?;
            let part = |at: usize| {
                let number = u8::from_str_radix(&value[at..at + 2], 16).unwrap();
                f64::from(number) / 255.0
            };
            Some((name.to_owned(), [part(0), part(2), part(4)]))
        });
        colors.collect()
    };
    [next(), next()]
}

/// How much two colours differ, by WCAG 2: from 1 to 21.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |color: [f64; 3]| {
        let linear = color.map(|part| {
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_stands_out_from_its_ground() {
    let black_and_white = contrast([0.0; 3], [1.0; 3]);
    assert!((black_and_white - 21.0).abs() < 1e-9);
    let style = fs::read_to_string(project().join("src/report/style.css")).unwrap();
    for palette in palettes(&style) {
        let mut pairs = vec![
            ("text", "ground"),
            ("soft", "ground"),
            ("bad", "ground"),
            ("text", "code"),
            ("soft", "code"),
            ("text", "mark"),
        ];
        for kind in ["good", "bad", "doubt", "waived"] {
            let ground = palette
                .keys()
                .find(|name| **name == format!("{kind}-ground"));
            let ground = ground.unwrap().as_str();
            pairs.extend([(kind, ground), ("text", ground)]);
        }
        for (text, ground) in pairs {
            let found = contrast(palette[text], palette[ground]);
            assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
        }
    }
}
