//! Network interfaces: what a route to an instance leads to.

use super::entity::*;
use super::model::Model;
use super::schema::*;
use super::topology::subnet;
use crate::network::*;
use crate::path;
use crate::snapshot::Location;

entity! {
    /// A network interface.
    network_interface = "network-interface" network_interface {
        /// Its id.
        id: STRING => |model, index| string(text(&model.interface(index).element.network_interface_id)), at |model, index| Some(Location::inside(model.interface(index).element.origin, path!["NetworkInterfaceId"]));
        /// Its description.
        description: STRING => |model, index| string(text(&model.interface(index).element.description)), at |model, index| Some(Location::inside(model.interface(index).element.origin, path!["Description"]));
        /// Its subnet.
        subnet: Type::Entity(&subnet::TYPE) => |model, index| match model.interface(index).subnet {
            Reference::To(id) => entity_of(&subnet::TYPE, id.0),
            Reference::Unknown(missing) => Err(model.unknown(missing)),
            Reference::Gone => Err(model.lost("ec2:DescribeSubnets", "this network interface's subnet is not in the input")),
        };
        /// Whether it checks sources and destinations: such a one neither takes nor sends what is not its own, and can't pass on packets of others.
        is_source_dest_checked: BOOL => |model, index| match model.interface(index).element.source_dest_check {
            Some(is_checked) => boolean(is_checked),
            None => Err(model.unknown(Missing { call: "ec2:DescribeNetworkInterfaces", scope: model.interface(index).scope })),
        }, at |model, index| Some(Location::inside(model.interface(index).element.origin, path!["SourceDestCheck"]));
    }
}

impl<'n> Model<'n> {
    fn interface(&self, index: u32) -> &Interface<'n> {
        self.network.interface(InterfaceId(index))
    }
}
