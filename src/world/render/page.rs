//! Where each piece of text stands: the layouts.

use crate::world::dress::{Lettering, headings};
use crate::world::resume::{Layout, ResumeSpec};

/// A4, in points.
pub(super) const WIDTH: f32 = 595.0;
/// A4, in points.
pub(super) const HEIGHT: f32 = 842.0;
const FOOT: f32 = 60.0;

/// A piece of text at a place.
pub(super) struct Run {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) text: String,
    /// Target of the link over it.
    pub(super) link: Option<String>,
}

/// How text looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Bold,
    /// Bold, on a dark ground.
    White,
}

/// A filled rectangle: x, y, width, height.
pub(super) type Ground = [f32; 4];

/// One page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) grounds: Vec<Ground>,
    pub(super) runs: Vec<Run>,
}

/// Lays the résumé out.
pub(super) fn pages(spec: &ResumeSpec) -> Vec<Page> {
    let mut pen = Pen { pages: vec![Page::default()], page: 0, x: 56.0, y: HEIGHT - 70.0, width: WIDTH - 112.0 };
    match spec.layout {
        Layout::OneColumn => {
            pen.line(&spec.name, 22.0, Weight::Bold);
            pen.line(&spec.headline, 12.0, Weight::Plain);
            pen.line(&spec.contact.join(" | "), 9.5, Weight::Plain);
            pen.links(spec, Weight::Plain);
            pen.jobs(spec);
            pen.schools(spec);
            pen.heading(spec, headings(spec.dress.language).skills);
            pen.line(&spec.skills.join(", "), 10.0, Weight::Plain);
        }
        Layout::HeaderBlock => {
            pen.pages[0].grounds.push([0.0, HEIGHT - 150.0, WIDTH, 150.0]);
            pen.line(&spec.name.to_uppercase(), 24.0, Weight::White);
            pen.line(&spec.headline, 12.0, Weight::White);
            pen.line(&spec.contact.join("   "), 9.5, Weight::White);
            pen.links(spec, Weight::White);
            pen.y = HEIGHT - 175.0;
            pen.jobs(spec);
            pen.schools(spec);
            pen.skills(spec);
        }
        Layout::TwoColumns => {
            pen.line(&spec.name, 22.0, Weight::Bold);
            pen.line(&spec.headline, 12.0, Weight::Plain);
            pen.line(&spec.contact.join(" | "), 9.5, Weight::Plain);
            pen.links(spec, Weight::Plain);
            let (top, narrow) = (pen.y, 150.0);
            pen.width -= narrow + 24.0;
            pen.jobs(spec);
            let (page, foot) = (pen.page, pen.y);
            (pen.page, pen.x, pen.y, pen.width) = (0, WIDTH - 56.0 - narrow, top, narrow);
            pen.schools(spec);
            pen.skills(spec);
            let foot = if pen.page == page { foot.min(pen.y) } else { foot };
            (pen.page, pen.x, pen.y, pen.width) = (page.max(pen.page), 56.0, foot, WIDTH - 112.0);
        }
        Layout::SideBar => {
            pen.side_bar(spec);
            (pen.page, pen.x, pen.y, pen.width) = (0, 215.0, HEIGHT - 70.0, WIDTH - 255.0);
            pen.line(&spec.name, 22.0, Weight::Bold);
            pen.line(&spec.headline, 12.0, Weight::Plain);
            pen.jobs(spec);
            pen.schools(spec);
        }
    }
    pen.others(spec);
    pen.pages
}

struct Pen {
    pages: Vec<Page>,
    page: usize,
    x: f32,
    y: f32,
    width: f32,
}

impl Pen {
    /// A text, on as many lines as it needs.
    fn line(&mut self, text: &str, size: f32, weight: Weight) {
        for piece in wrapped(text, (self.width / (size * 0.5)) as usize) {
            self.put(piece, size, weight, None);
        }
    }

    fn put(&mut self, text: String, size: f32, weight: Weight, link: Option<String>) {
        if self.y < FOOT {
            self.page += 1;
            self.y = HEIGHT - 70.0;
            if self.page == self.pages.len() {
                self.pages.push(Page::default());
            }
        }
        self.pages[self.page].runs.push(Run { x: self.x, y: self.y, size, weight, text, link });
        self.y -= size * 1.45;
    }

    fn heading(&mut self, spec: &ResumeSpec, text: &str) {
        self.y -= 8.0;
        self.line(&lettered(text, spec.dress.lettering), 13.0, Weight::Bold);
    }

    fn links(&mut self, spec: &ResumeSpec, weight: Weight) {
        spec.links.iter().for_each(|it| self.put(it.text.clone(), 9.5, weight, Some(it.url.clone())));
    }

    fn jobs(&mut self, spec: &ResumeSpec) {
        self.heading(spec, headings(spec.dress.language).experience);
        for job in &spec.jobs {
            self.line(&format!("{}, {}", job.title, job.employer), 11.0, Weight::Bold);
            self.line(&job.dates, 9.0, Weight::Plain);
            self.line(&job.summary, 10.0, Weight::Plain);
            self.y -= 4.0;
        }
    }

    fn schools(&mut self, spec: &ResumeSpec) {
        self.heading(spec, headings(spec.dress.language).education);
        spec.schools.iter().for_each(|it| self.line(it, 10.0, Weight::Plain));
    }

    fn skills(&mut self, spec: &ResumeSpec) {
        self.heading(spec, headings(spec.dress.language).skills);
        spec.skills.iter().for_each(|it| self.line(&format!("• {it}"), 10.0, Weight::Plain));
    }

    /// Referees and the agency's footer, where there are any.
    fn others(&mut self, spec: &ResumeSpec) {
        if !spec.dress.referees.is_empty() {
            self.heading(spec, headings(spec.dress.language).references);
            spec.dress.referees.iter().for_each(|it| self.line(it, 10.0, Weight::Plain));
        }
        if let Some(footer) = &spec.dress.footer {
            self.line(footer, 8.0, Weight::Plain);
        }
    }

    fn side_bar(&mut self, spec: &ResumeSpec) {
        self.pages[0].grounds.push([0.0, 0.0, 190.0, HEIGHT]);
        (self.x, self.width) = (24.0, 150.0);
        self.line("Contact", 13.0, Weight::White);
        spec.contact.iter().for_each(|it| self.put(it.clone(), 8.5, Weight::White, None));
        self.links(spec, Weight::White);
        self.y -= 8.0;
        self.line("Skills", 13.0, Weight::White);
        spec.skills.iter().for_each(|it| self.line(it, 10.0, Weight::White));
    }
}

/// A heading as the résumé writes them. Letters of joined and of close scripts are not set apart.
pub(super) fn lettered(text: &str, lettering: Lettering) -> String {
    let apart = text.chars().all(|c| c.is_lowercase() || c.is_uppercase() || c == ' ');
    match lettering {
        Lettering::Plain => text.to_owned(),
        Lettering::Spaced if apart => {
            let word = |it: &str| it.to_uppercase().chars().map(String::from).collect::<Vec<_>>().join(" ");
            text.split(' ').map(word).collect::<Vec<_>>().join("   ")
        }
        _ => text.to_uppercase(),
    }
}

/// Lines of at most so many characters, broken at blanks.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + word.chars().count() >= most {
            lines.push(word.to_owned());
        } else {
            let line = &mut lines[last];
            *line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        }
    }
    lines
}
