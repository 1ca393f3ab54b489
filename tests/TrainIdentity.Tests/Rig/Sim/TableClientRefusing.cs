using System.Linq.Expressions;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Sas;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Refuses every call that the program does not make; a new one must be made strict before it works in a test.</summary>
internal abstract class TableClientRefusing : TableClient
{
    public override Uri Uri => throw Refused();

    public override string AccountName => throw Refused();

    public override TableSasBuilder GetSasBuilder(TableSasPermissions permissions, DateTimeOffset expiresOn) => throw Refused();

    public override TableSasBuilder GetSasBuilder(string rawPermissions, DateTimeOffset expiresOn) => throw Refused();

    public override Uri GenerateSasUri(TableSasPermissions permissions, DateTimeOffset expiresOn) => throw Refused();

    public override Uri GenerateSasUri(TableSasBuilder builder) => throw Refused();

    public override Response<TableItem> Create(CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) => throw Refused();

    public override Response<TableItem> CreateIfNotExists(CancellationToken cancellationToken = default) => throw Refused();

    public override Response Delete(CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response> DeleteAsync(CancellationToken cancellationToken = default) => throw Refused();

    public override Response AddEntity<T>(T entity, CancellationToken cancellationToken = default) => throw Refused();

    public override Response<T> GetEntity<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        throw Refused();

    public override Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) => throw Refused();

    public override NullableResponse<T> GetEntityIfExists<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        throw Refused();

    public override Response UpsertEntity<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) => throw Refused();

    public override Response UpdateEntity<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        throw Refused();

    public override AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) => throw Refused();

    public override Pageable<T> Query<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) => throw Refused();

    public override Pageable<T> Query<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) => throw Refused();

    public override Response DeleteEntity(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch, CancellationToken cancellationToken = default) => throw Refused();

    public override Response DeleteEntity(ITableEntity entity, ETag ifMatch, CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response<IReadOnlyList<TableSignedIdentifier>>> GetAccessPoliciesAsync(CancellationToken cancellationToken = default) => throw Refused();

    public override Response<IReadOnlyList<TableSignedIdentifier>> GetAccessPolicies(CancellationToken cancellationToken = default) => throw Refused();

    public override Task<Response> SetAccessPolicyAsync(IEnumerable<TableSignedIdentifier> tableAcl, CancellationToken cancellationToken = default) => throw Refused();

    public override Response SetAccessPolicy(IEnumerable<TableSignedIdentifier> tableAcl, CancellationToken cancellationToken = default) => throw Refused();

    public override Response<IReadOnlyList<Response>> SubmitTransaction(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default) => throw Refused();

    private static NotSupportedException Refused([System.Runtime.CompilerServices.CallerMemberName] string method = "") =>
        new($"{method} is no call of this program.");
}
