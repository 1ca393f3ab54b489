namespace TrainIdentity.Functions;

/// <summary>Every route of the service but the timer's.</summary>
internal static class Endpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        TrainIdentityEndpoint.Map(routes);
        TrainingStatusEndpoint.Map(routes);
        IdentitiesEndpoints.Map(routes);
        DraftEndpoints.Map(routes);
        ThumbnailEndpoints.Map(routes);
        ResultEndpoints.Map(routes);
        MeEndpoints.Map(routes);
        ProbeEndpoints.Map(routes);
        OpenApiEndpoint.Map(routes);
        LimitsEndpoint.Map(routes);
        AppEndpoints.Map(routes);
    }
}
