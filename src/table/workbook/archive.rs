//! The ZIP file that a workbook is, read within bounds: what every part unpacks to is counted
//! before anything is made of it.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::broken;
use crate::table::Source;
use crate::table::fault::ReadError;
use crate::table::spool::Positioned;

/// A workbook may unpack to so many times its own size …
const RATIO: u64 = 100;
/// … and to this much in any case, …
const SMALL: u64 = 64 << 20;
/// … but never to more than this.
const LARGE: u64 = 4 << 30;

/// Bytes read at once.
const CHUNK: usize = 128 * 1024;

/// A ZIP file.
pub(super) struct Archive<'s> {
    source: &'s Source,
    zip: ZipArchive<BufReader<Positioned>>,
    most: u64,
    /// What was unpacked of parts that were counted.
    unpacked: u64,
}

impl<'s> Archive<'s> {
    pub(super) fn open(source: &'s Source) -> Result<Self, ReadError> {
        let zip = ZipArchive::new(BufReader::new(source.positioned()));
        let zip = zip.map_err(|error| refused(source, &error))?;
        let most = source.len().saturating_mul(RATIO).clamp(SMALL, LARGE);
        Ok(Self { source, zip, most, unpacked: 0 })
    }

    /// The name of the file, for messages.
    pub(super) fn name(&self) -> &'s str {
        &self.source.name
    }

    pub(super) fn holds(&self, part: &str) -> bool {
        self.zip.index_for_name(part).is_some()
    }

    /// The names of all parts.
    pub(super) fn parts(&self) -> Vec<String> {
        self.zip.file_names().flatten().map(Cow::into_owned).collect()
    }

    /// Unpacks a part to see how long it is.
    pub(super) fn count(&mut self, part: &str) -> Result<(), ReadError> {
        self.walk(part, true, |part| io::copy(part, &mut io::sink()).map(|_| ()).map_err(Stop::Io))
    }

    /// Hands each element and text of a part to `each`. `counted`: it was not counted before.
    pub(super) fn events(
        &mut self,
        part: &str,
        counted: bool,
        mut each: impl FnMut(&Event<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.walk(part, counted, |part| {
            let mut xml = quick_xml::Reader::from_reader(part);
            let mut buffer = Vec::new();
            loop {
                let event = xml.read_event_into(&mut buffer).map_err(|error| match error {
                    quick_xml::Error::Io(error) => Stop::Io(io::Error::new(error.kind(), error.to_string())),
                    error => Stop::Xml(error.to_string()),
                })?;
                if matches!(event, Event::Eof) {
                    return Ok(());
                }
                each(&event).map_err(Stop::Other)?;
                buffer.clear();
            }
        })
    }

    fn walk(
        &mut self,
        part: &str,
        counted: bool,
        read: impl FnOnce(&mut dyn BufRead) -> Result<(), Stop>,
    ) -> Result<(), ReadError> {
        let file = self.zip.by_name(part).map_err(|error| refused(self.source, &error))?;
        let left = if counted { self.most - self.unpacked } else { self.most };
        let mut bounded = BufReader::with_capacity(CHUNK, Bounded { inner: file, left, over: false });
        let read = read(&mut bounded);
        let Bounded { left: rest, over, .. } = *bounded.get_ref();
        if counted {
            self.unpacked += left - rest;
        }
        let name = &self.source.name;
        match read {
            _ if over => Err(too_large(name, self.most, self.source.len())),
            Ok(()) => Ok(()),
            Err(Stop::Io(source)) => Err(broken(name, format!("{part} in it is damaged: {source}"), None)),
            Err(Stop::Xml(reason)) => Err(broken(name, format!("{part} in it is damaged: {reason}"), None)),
            Err(Stop::Other(error)) => Err(error),
        }
    }
}

enum Stop {
    Io(io::Error),
    Xml(String),
    Other(ReadError),
}

/// A part that is not read beyond a limit.
struct Bounded<R> {
    inner: R,
    left: u64,
    over: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(space)?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            self.over = true;
            return Err(io::Error::other("it is too long"));
        };
        self.left = left;
        Ok(read)
    }
}

fn too_large(name: &str, most: u64, length: u64) -> ReadError {
    let why =
        if most == LARGE { String::new() } else { format!(", far beyond its {} KiB", length.div_ceil(1024)) };
    let reason = format!("it unpacks to more than {} MiB{why}; nothing of it is read", most >> 20);
    broken(name, reason, Some("save the sheet of the customers alone, or as \"CSV UTF-8\""))
}

fn refused(source: &Source, error: &ZipError) -> ReadError {
    match error {
        ZipError::Io(error) => {
            let source_error = io::Error::new(error.kind(), error.to_string());
            ReadError::Io { name: source.name.clone(), source: source_error }
        }
        error => broken(&source.name, format!("it is no whole workbook: {error}"), None),
    }
}

/// The value of an attribute, by its name without prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let mut found = attributes.with_checks(false).flatten();
    let value = found
        .find(|it| it.key.local_name().as_ref() == name)?
        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
        .ok()?;
    Some(value.into_owned())
}
