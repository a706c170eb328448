using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Incus.Protocol;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>What infra.yml says, as the engine takes it to look at Incus.</summary>
internal static class DeclaredRequest
{
    public static Request Of(Infrastructure infra, AddressPlan addresses, string? limit = null) => Request.Parse(
        new DirectRequest(new DirectOptions { IsPlan = true, Limit = limit }, infra, addresses).ToJson());
}
