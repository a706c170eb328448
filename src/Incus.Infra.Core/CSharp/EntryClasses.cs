using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.CSharp;

/// <summary>The part of Infra.g.cs that is the same for every infra.yml: the classes of the objects in its collections.</summary>
internal static class EntryClasses
{
    private const string DomainParameters =
        "string name, string project, string trustLevel, string network, string subnet, string gateway, string description, "
        + "Machine[] machines";

    private const string MachineParameters =
        "string name, string project, string domain, string address, string subnet, InstanceType type, string description, "
        + "global::System.Collections.Generic.IDictionary<string, int> ports, params string[] roles";

    public const string Text = $$"""
        /// <summary>What kind of instance a machine is.</summary>
        public enum InstanceType
        {
            /// <summary>A system container, <c>lxc</c> in infra.yml.</summary>
            Container,

            /// <summary>A virtual machine, <c>vm</c> in infra.yml.</summary>
            VirtualMachine,
        }

        /// <summary>{{InfraDialect.DomainIs}}</summary>
        public sealed class Domain
        {
            internal Domain({{DomainParameters}})
            {
                Name = name;
                Project = project;
                TrustLevel = trustLevel;
                Network = network;
                Subnet = subnet;
                Gateway = gateway;
                Description = description;
                Machines = new global::System.Collections.ObjectModel.ReadOnlyCollection<Machine>(machines);
            }

            /// <summary>Name, also that of the Ansible group.</summary>
            public string Name { get; }

            /// <summary>Name of the Incus project.</summary>
            public string Project { get; }

            /// <summary>How far it is trusted; empty where infra.yml does not say.</summary>
            public string TrustLevel { get; }

            /// <summary>Name of the bridge.</summary>
            public string Network { get; }

            /// <summary>Subnet in CIDR form.</summary>
            public string Subnet { get; }

            /// <summary>Address of the bridge.</summary>
            public string Gateway { get; }

            /// <summary>What it is for; may be empty.</summary>
            public string Description { get; }

            /// <summary>Its machines, in the order of infra.yml.</summary>
            public global::System.Collections.Generic.IReadOnlyList<Machine> Machines { get; }

            /// <summary>The name.</summary>
            public override string ToString() => Name;
        }

        /// <summary>A container or virtual machine.</summary>
        public sealed class Machine
        {
            internal Machine({{MachineParameters}})
            {
                Name = name;
                Project = project;
                Domain = domain;
                Address = address;
                IPAddress = global::System.Net.IPAddress.Parse(address);
                Subnet = subnet;
                Type = type;
                Description = description;
                Ports = new global::System.Collections.ObjectModel.ReadOnlyDictionary<string, int>(ports);
                Roles = new global::System.Collections.ObjectModel.ReadOnlyCollection<string>(roles);
            }

            /// <summary>Name of the instance and of the Ansible host.</summary>
            public string Name { get; }

            /// <summary>Name of the Incus project.</summary>
            public string Project { get; }

            /// <summary>Name of its domain.</summary>
            public string Domain { get; }

            /// <summary>IPv4 address.</summary>
            public string Address { get; }

            /// <summary>IPv4 address.</summary>
            public global::System.Net.IPAddress IPAddress { get; }

            /// <summary>Subnet of its domain in CIDR form.</summary>
            public string Subnet { get; }

            /// <summary>Container or virtual machine.</summary>
            public InstanceType Type { get; }

            /// <summary>What it is for; may be empty.</summary>
            public string Description { get; }

            /// <summary>Ports of the Incus host that lead to it, by name.</summary>
            public global::System.Collections.Generic.IReadOnlyDictionary<string, int> Ports { get; }

            /// <summary>Its Ansible roles, in order.</summary>
            public global::System.Collections.Generic.IReadOnlyList<string> Roles { get; }

            /// <summary>The name.</summary>
            public override string ToString() => Name;
        }

        /// <summary>The bridge of a domain.</summary>
        public sealed class Network
        {
            internal Network(string name, string domain, string subnet, string gateway)
            {
                Name = name;
                Domain = domain;
                Subnet = subnet;
                Gateway = gateway;
            }

            /// <summary>Name of the bridge.</summary>
            public string Name { get; }

            /// <summary>Name of its domain.</summary>
            public string Domain { get; }

            /// <summary>Subnet in CIDR form.</summary>
            public string Subnet { get; }

            /// <summary>Address of the bridge.</summary>
            public string Gateway { get; }

            /// <summary>The name.</summary>
            public override string ToString() => Name;
        }

        /// <summary>An Incus profile of a domain.</summary>
        public sealed class Profile
        {
            internal Profile(string name, string project, string description)
            {
                Name = name;
                Project = project;
                Description = description;
            }

            /// <summary>Name, unique in its project.</summary>
            public string Name { get; }

            /// <summary>Name of the Incus project.</summary>
            public string Project { get; }

            /// <summary>What it is for; may be empty.</summary>
            public string Description { get; }

            /// <summary>The name.</summary>
            public override string ToString() => Name;
        }

        /// <summary>A folder of the host that domains share.</summary>
        public sealed class SharedVolume
        {
            internal SharedVolume(string name, string source, string path)
            {
                Name = name;
                Source = source;
                Path = path;
            }

            /// <summary>Name in infra.yml.</summary>
            public string Name { get; }

            /// <summary>The folder of the host.</summary>
            public string Source { get; }

            /// <summary>Where machines mount it.</summary>
            public string Path { get; }

            /// <summary>The name.</summary>
            public override string ToString() => Name;
        }
        """;
}
