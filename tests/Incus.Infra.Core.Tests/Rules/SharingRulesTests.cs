using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class SharingRulesTests
{
    private const string Two = Head + """
          home: { subnet_id: 1, machines: { web: {}, db: {} } }
          work: { subnet_id: 2, enabled: false }

        """;

    [Test]
    public void A_shared_volume_may_name_a_domain_and_one_of_its_machines() => Codes(Two + """
        shared_volumes:
          docs: { path: /docs, consumers: { home: ro, web: rw } }
        """).ShouldBe(["INFRA1056 6:1"]);

    [Test]
    public void A_domain_cannot_have_a_path_that_one_of_its_machines_has_and_hears_it_once() => Codes(Two + """
        shared_volumes:
          docs: { path: /docs, consumers: { web: ro, db: ro } }
          more: { path: /docs, consumers: { home: ro, work: ro } }
        """).ShouldBe(["INFRA1056 6:1", "INFRA2312 8:37", "INFRA2502 8:47"]);

    [Test]
    public void Two_shared_volumes_on_one_path_and_unknown_consumers_are_refused() => Codes(Two + """
        shared_volumes:
          docs: { path: /docs, consumers: { home: ro } }
          more: { path: /docs, consumers: { web: ro, nobody: ro } }
        """).ShouldBe(["INFRA1056 6:1", "INFRA2312 8:37", "INFRA2501 8:46"]);
}
