//! One HTTP request to an AWS service, taken apart.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

use serde_json::Value;

/// A signed request: to whom, what, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The access key id that signed it.
    pub(crate) key: String,
    /// Region and service, from the scope of its SigV4 signature.
    pub(crate) region: String,
    pub(crate) service: String,
    /// `DescribeSubnets`.
    pub(crate) action: String,
    parameters: BTreeMap<String, String>,
    body: String,
}

impl Request {
    /// Reads the next request of a connection; `None` when the client has closed it.
    pub(crate) fn read(stream: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        let authorization = headers.get("authorization").map(String::as_str).unwrap_or_default();
        let scope = authorization.split_once("Credential=")?.1.split(',').next()?;
        let mut scope = scope.split('/');
        let (key, _day) = (scope.next()?.to_owned(), scope.next()?);
        let (region, service) = (scope.next()?.to_owned(), scope.next()?.to_owned());
        let parameters: BTreeMap<String, String> = body
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        let target = headers.get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let action = target.map(str::to_owned).or_else(|| parameters.get("Action").cloned())?;
        Some(Self { key, region, service, action, parameters, body })
    }

    /// A parameter of the query protocols.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The body of the JSON protocols.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// What makes two requests the same one tried again.
    pub(crate) fn identity(&self) -> String {
        format!("{} {} {} {} {}", self.key, self.region, self.service, self.action, self.body)
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, low) = (hex(rest.next()).unwrap_or(0), hex(rest.next()).unwrap_or(0));
                bytes.push((high * 16 + low) as u8);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
