//! A stand-in for AWS on 127.0.0.1: answers for accounts that are described as snapshots are, page by page, with every
//! fault that AWS and the network between know.

#![allow(dead_code, reason = "each test and benchmark uses its own part")]

pub(crate) mod account;
mod answers;
pub(crate) mod faults;
mod render;
mod request;

use std::collections::HashMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fargcheck::collect::Keys;
use faults::{Fault, Random, Rule};
use request::Request;
use serde_json::Value;

/// Keys that any server here takes.
pub(crate) fn keys() -> Keys {
    Keys { access_key_id: "AKIAREPLAY".to_owned(), secret_access_key: "secret".to_owned(), session_token: None }
}

/// What the server plays.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Region to account; a region that isn't here is an empty account.
    pub(crate) regions: HashMap<String, Value>,
    /// Elements a page.
    pub(crate) page: usize,
    /// How long each answer takes.
    pub(crate) latency: Duration,
    pub(crate) rules: Vec<Rule>,
    pub(crate) random: Option<Random>,
}

impl Script {
    /// One account in one region, without faults.
    pub(crate) fn of(region: &str, account: Value) -> Self {
        Self {
            regions: HashMap::from([(region.to_owned(), account)]),
            page: 5,
            latency: Duration::ZERO,
            rules: Vec::new(),
            random: None,
        }
    }

    /// Adds a fault that every try of a call meets.
    pub(crate) fn always(mut self, action: &str, fault: Fault) -> Self {
        self.rules.push(Rule { action: action.to_owned(), about: String::new(), fault, tries: None });
        self
    }

    /// Adds a fault that every try of a call meets if its body contains a text.
    pub(crate) fn always_about(mut self, action: &str, about: &str, fault: Fault) -> Self {
        self.rules.push(Rule { action: action.to_owned(), about: about.to_owned(), fault, tries: None });
        self
    }

    /// Adds a fault that the first tries of a call meet.
    pub(crate) fn first(mut self, action: &str, tries: u32, fault: Fault) -> Self {
        self.rules.push(Rule { action: action.to_owned(), about: String::new(), fault, tries: Some(tries) });
        self
    }
}

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) key: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) action: String,
    /// Whether it met a fault.
    pub(crate) fault: bool,
}

#[derive(Debug)]
struct State {
    script: Script,
    seen: Mutex<Vec<Seen>>,
    /// For each request: how often it was tried, and how often it failed in a row.
    tries: Mutex<HashMap<String, (u32, u32)>>,
    running: AtomicUsize,
    most: AtomicUsize,
    stop: AtomicBool,
}

/// The server; it ends when this is dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<State>,
}

impl Server {
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State {
            script,
            seen: Mutex::default(),
            tries: Mutex::default(),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stop.load(Ordering::Relaxed) {
                    break;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { url: format!("http://{address}"), state }
    }

    /// Every request so far, in the order of arrival.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        lock(&self.state.seen).clone()
    }

    /// How often a call was made.
    pub(crate) fn count(&self, action: &str) -> usize {
        lock(&self.state.seen).iter().filter(|seen| seen.action == action).count()
    }

    /// The most requests that were being answered at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        // Wakes the listener up, so that it sees that it is over.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers the requests of one connection, until one of the two sides closes it.
fn serve(stream: &TcpStream, state: &State) {
    let _ = stream.set_nodelay(true);
    let Ok(reading) = stream.try_clone() else {
        return;
    };
    let mut reading = BufReader::new(reading);
    while let Some(request) = Request::read(&mut reading) {
        let running = state.running.fetch_add(1, Ordering::SeqCst) + 1;
        state.most.fetch_max(running, Ordering::SeqCst);
        let answer = reply(&request, state);
        if !state.script.latency.is_zero() {
            std::thread::sleep(state.script.latency);
        }
        state.running.fetch_sub(1, Ordering::SeqCst);
        let Some((status, kind, body)) = answer else {
            return;
        };
        let head = format!(
            "HTTP/1.1 {status} Replayed\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nx-amzn-requestid: 0\r\n\r\n",
            body.len()
        );
        let mut writing = stream;
        if writing.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}

/// Status, content type and body; `None` closes the connection.
fn reply(request: &Request, state: &State) -> Option<(u16, &'static str, String)> {
    let fault = fault(request, state);
    lock(&state.seen).push(Seen {
        key: request.key.clone(),
        region: request.region.clone(),
        service: request.service.clone(),
        action: request.action.clone(),
        fault: fault.is_some(),
    });
    let nothing = Value::Null;
    let account = state.script.regions.get(&request.region).unwrap_or(&nothing);
    let right = answers::answer(account, request, state.script.page);
    match fault {
        Some(Fault::Reset) => None,
        Some(Fault::Hang) => {
            // The client gives up long before; its slot is free from then on.
            state.running.fetch_sub(1, Ordering::SeqCst);
            std::thread::sleep(faults::SILENCE);
            state.running.fetch_add(1, Ordering::SeqCst);
            None
        }
        Some(fault) => {
            let right = right.map(|(body, _)| body).unwrap_or_default();
            Some(faults::answer(&fault, &request.service, &right))
        }
        None => Some(match right {
            Some((body, kind)) => (200, kind, body),
            None => faults::aws_error(&request.service, 400, "InvalidAction", "no such call, or nothing of that name"),
        }),
    }
}

fn fault(request: &Request, state: &State) -> Option<Fault> {
    let identity = request.identity();
    let mut tries = lock(&state.tries);
    let (attempt, failed) = tries.entry(identity.clone()).or_default();
    let rule = state.script.rules.iter().find(|rule| {
        (rule.action.is_empty() || rule.action == request.action)
            && identity.contains(&rule.about)
            && rule.tries.is_none_or(|tries| *attempt < tries)
    });
    let fault = match rule {
        Some(rule) => Some(rule.fault.clone()),
        None => state.script.random.and_then(|random| random.fault(&identity, *attempt, *failed)),
    };
    *attempt += 1;
    *failed = if fault.is_some() { *failed + 1 } else { 0 };
    fault
}
