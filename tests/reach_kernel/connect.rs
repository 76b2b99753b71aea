//! TCP connections: all at once, each from a chosen address and port.

use super::model::{Address, Packet};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, bind, connect, getsockopt, listen, setsockopt, socket,
    sockopt,
};
use std::ffi::OsString;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// How long the others are given after the last of those that ought to has come: all were started before, and a packet
/// passes through all namespaces in microseconds.
const GRACE: Duration = Duration::from_millis(40);

fn stream() -> OwnedFd {
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let found = socket(AddressFamily::Inet, SockType::Stream, flags, None).expect("a socket can be made");
    setsockopt(&found, sockopt::ReuseAddr, &true).expect("a socket knows the option");
    found
}

fn place(address: Ipv4Addr, port: u16) -> SockaddrIn {
    SockaddrIn::from(SocketAddrV4::new(address, port))
}

fn ipv4(address: Address) -> Ipv4Addr {
    Ipv6Addr::from(address).to_ipv4_mapped().expect("only IPv4 is asked for")
}

/// Answers at every address on these interfaces of the thread's namespace, at these ports, for as long as it is held.
pub(crate) fn answer(interfaces: &[String], ports: impl Iterator<Item = u16> + Clone) -> Vec<OwnedFd> {
    let one = |interface: &String, port: u16| {
        let listener = stream();
        setsockopt(&listener, sockopt::BindToDevice, &OsString::from(interface)).expect("the interface exists");
        bind(listener.as_raw_fd(), &place(Ipv4Addr::UNSPECIFIED, port))
            .unwrap_or_else(|error| panic!("port {port}: {error}"));
        listen(&listener, Backlog::MAXCONN).expect("a bound socket can listen");
        listener
    };
    interfaces.iter().flat_map(|interface| ports.clone().map(move |port| one(interface, port))).collect()
}

/// Opens a connection for each packet from the thread's namespace, and says which came about. So long as `patience`
/// lasts it waits for one of each of the places that `ought` to.
pub(crate) fn open(packets: &[Packet], ought: &[Range<usize>], patience: Duration) -> Vec<bool> {
    let mut connected = vec![false; packets.len()];
    let mut waiting: Vec<(usize, OwnedFd)> = Vec::new();
    for (index, packet) in packets.iter().enumerate() {
        let found = stream();
        // To be closed by a reset: nothing of it stays behind.
        setsockopt(&found, sockopt::Linger, &nix::libc::linger { l_onoff: 1, l_linger: 0 }).expect("a known option");
        bind(found.as_raw_fd(), &place(ipv4(packet.own), packet.own_port))
            .unwrap_or_else(|error| panic!("{packet:?}: {error}"));
        match connect(found.as_raw_fd(), &place(ipv4(packet.remote), packet.remote_port)) {
            Err(Errno::EINPROGRESS) => waiting.push((index, found)),
            other => panic!("{packet:?}: {other:?}"),
        }
    }
    let mut open = Vec::new();
    let mut end = Instant::now() + patience;
    let mut is_grace = false;
    loop {
        let is_missed = |places: &Range<usize>| !places.clone().any(|place| connected[place]);
        if !is_grace && !ought.iter().any(is_missed) {
            is_grace = true;
            end = Instant::now() + GRACE;
        }
        let left = end.saturating_duration_since(Instant::now());
        if waiting.is_empty() || left.is_zero() {
            return connected;
        }
        let mut polled: Vec<PollFd<'_>> =
            waiting.iter().map(|(_, one)| PollFd::new(one.as_fd(), PollFlags::POLLOUT)).collect();
        let milliseconds = u16::try_from(left.as_millis() + 1).unwrap_or(u16::MAX);
        poll(&mut polled, milliseconds).expect("sockets can be polled");
        let has_answer: Vec<bool> = polled.iter().map(|one| one.any().unwrap_or(false)).collect();
        let mut answers = has_answer.into_iter();
        let (done, still): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|_| answers.next().unwrap_or(false));
        waiting = still;
        for (index, one) in done {
            match Errno::from_raw(getsockopt(&one, sockopt::SocketError).expect("a known option")) {
                errno if errno as i32 == 0 => connected[index] = true,
                // Somewhere a router had no way.
                Errno::EHOSTUNREACH | Errno::ENETUNREACH => {}
                errno => panic!("{:?} got an answer that no filter gives: {errno}", packets[index]),
            }
            // Held until the end: a port that is free again could be given to another.
            open.push(one);
        }
    }
}
