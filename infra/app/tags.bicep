@export()
@description('Names and values of tags.')
type Tags = {
  @description('A tag.')
  *: string
}
